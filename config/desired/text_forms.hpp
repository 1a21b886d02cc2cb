// What a text must look like, by its form (CONTRACT §6, §9, §10).
#pragma once
#include "config/desired/desired.hpp"

namespace calsync {

// Does it hold what nobody sees, and is it a text at all? Empty: all is well.
std::string hidden_in(std::string_view text);

// Empty: it is one. Else what is wrong, and the cure.
std::string problem_of(TextForm form, std::string_view text, const DesiredFacts& facts);

std::optional<int> minute_of_day(std::string_view text);             // "09:30" → 570
std::optional<std::chrono::sys_days> day_of(std::string_view text);  // "2026-12-31"

}  // namespace calsync
