// One thing of the organisation, as files name it: what Git wants, or what is live in the same words. Pure values.
#pragma once
#include "config/kinds/kind.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace calsync {

struct Place {
  std::string file;
  int line = 0, column = 0;                // 1-based; 0: the file as a whole
  [[nodiscard]] std::string text() const;  // "teams.yaml:3:5"
  friend auto operator<=>(const Place&, const Place&) = default;
};

struct Resource {
  const ResourceKind* kind = nullptr;
  std::string address{};         // "eventType/academic-editors/dissertation-review"
  boost::json::object fields{};  // in the words of files: e-mails, slugs and names, never an id

  // Of what Git wants:
  std::map<std::string, Place, std::less<>> places{};  // by JSON pointer; "" is the resource itself
  std::string previously{};  // the address that it had before it was renamed; empty: none
  bool absent = false;       // wanted gone
  bool implied = false;      // stated inside of another one (a user's teams)

  // Of what is live:
  std::string id{};                                           // Cal.com's: a number or a UUID
  std::map<std::string, std::string, std::less<>> parents{};  // ids for its paths: "team" → "2"
  std::set<std::string, std::less<>>
      beyond_api{};  // fields that hold what the API cannot express: to write them is to delete it
};

using Resources = std::map<std::string, Resource, std::less<>>;  // by address

// The calls that this one goes by: of what an event type or a person has, others than of what a team or the organisation has.
const Endpoints& endpoints_of(const Resource& resource);

// From the fields of its identity: e-mails in lower case. Empty where one of them is missing.
std::string address_of(const ResourceKind& kind, const boost::json::object& fields);

// `*` stands for any number of characters, also none and also '/'.
bool matches(std::string_view pattern, std::string_view address);

}  // namespace calsync
