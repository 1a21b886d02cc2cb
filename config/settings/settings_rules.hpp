// Rules between settings, and what this version only checks. Pure.
#pragma once
#include "config/settings/report.hpp"

#include <map>
#include <string>

namespace calsync {

using Lines =
    std::map<std::string, int>;  // path (also of sections) → line; what the file does not have is not here

void check_rules(const Settings& settings, const Lines& lines, Report& report);

}  // namespace calsync
