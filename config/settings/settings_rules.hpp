// Rules between settings, and what this version only checks. Pure.
#pragma once
#include "config/settings/report.hpp"

namespace calsync {

// Why this version does nothing with this setting or section; empty: it does.
std::string_view not_in_this_version(std::string_view path);

void check_rules(const Settings& settings, const Lines& lines, Report& report);

}  // namespace calsync
