// Percent-encoding (RFC 3986 §2.1). Pure.
#pragma once
#include <string>
#include <string_view>

namespace calsync {

std::string percent_encoded(
    std::string_view text);  // for one name or value of a query, or one step of a path

}  // namespace calsync
