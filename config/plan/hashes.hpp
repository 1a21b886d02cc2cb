#pragma once
#include "config/plan/plan.hpp"

namespace calsync {

// JSON with members by name: equal values give equal bytes.
std::string canonical(const boost::json::value& value);
std::string hash_of(const Resources& resources);  // of addresses and fields
// Of the resources that the plan changes, and of those that they need.
std::string live_hash_of(const Plan& plan, const Resources& live);

}  // namespace calsync
