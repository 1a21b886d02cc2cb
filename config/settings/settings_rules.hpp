// Rules between settings. Pure.
#pragma once
#include "config/settings/report.hpp"

namespace calsync {

void check_rules(const Settings& settings, const Lines& lines, Report& report);

}  // namespace calsync
