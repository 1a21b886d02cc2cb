// Rules between settings, and what this version only checks. Pure.
#pragma once
#include "config/settings/report.hpp"

#include <map>
#include <string>

namespace calsync {

// Path (also of sections) → line; what the file does not have is not here.
using Lines = std::map<std::string, int>;

void check_rules(const Settings& settings, const Lines& lines, Report& report);

}  // namespace calsync
