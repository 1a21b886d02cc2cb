// Which `cal-api-version` a path is asked with: one table, by group (CONTRACT §1). Pure.
// A wrong one is answered with 404, or worse: with 200 and the shapes of an older API.
#pragma once
#include <string_view>

namespace calsync {

std::string_view api_version(std::string_view path);  // "/v2/bookings/x?y=1" → "2024-08-13"

}  // namespace calsync
