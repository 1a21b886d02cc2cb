// A row of the ownership register as its record holds it. Pure.
#pragma once
#include "config/plan/plan.hpp"

#include <boost/json/object.hpp>

namespace calsync {

boost::json::object owned_json(const std::string& address, const Owned& owned);

}  // namespace calsync
