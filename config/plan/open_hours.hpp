// Hours as what they mean: on which minutes each day is open (CONTRACT §6: the order of rows and days, and whether rows are
// split, mean nothing). Pure.
#pragma once
#include <boost/json/array.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace calsync {

// Day → intervals [from, to) in minutes, sorted, joined where they touch.
using OpenHours = std::map<std::string, std::vector<std::pair<int, int>>>;
OpenHours open_hours(const boost::json::array& rows);

}  // namespace calsync
