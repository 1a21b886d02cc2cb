// Addresses of remotes as people may see them. Pure.
#pragma once
#include <string>
#include <string_view>

namespace calsync {

// The text without user, password and token in each address: "https://name:token@host/x" becomes "https://host/x".
std::string shown_address(std::string_view text);

}  // namespace calsync
