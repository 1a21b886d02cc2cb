// What a subscription of our own lacks, as the request that mends it (DESIGN §12.9). Pure.
#pragma once
#include "config/plan/plan.hpp"
#include "connectors/calcom/own_subscription.hpp"

#include <boost/json/object.hpp>

#include <optional>

namespace calsync {

struct Repair {
  std::string id{};  // "": there is none: make one
  boost::json::object body{};
  std::string what{};  // for people; never a secret
};

// nullopt: nothing is to be done, or nothing that may be done (one too many is for a person: the guard never deletes).
// What others added to it stays. `secrets`: those in force; the first one is set where the subscription has none of them.
std::optional<Repair> repair_of(const Rows& rows, const std::string& url, std::span<const Secret> secrets);

// The same as a change of the organisation, as people are told it: of the secret only the setting that it comes from. `rows`: before it.
Change change_of(const Repair& repair, const Rows& rows, const std::string& url, const std::string& source);

}  // namespace calsync
