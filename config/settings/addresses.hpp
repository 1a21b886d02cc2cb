// Addresses as people write them in settings: host:port to listen at, URLs to call. Pure; no name is looked
// up.
#pragma once
#include "state/base/host_port.hpp"

#include <string>
#include <string_view>

namespace calsync {

// An IPv4 address, an IPv6 address in brackets, or localhost: other names are not looked up.  Fails:
// rejected.
Result<HostPort> parse_listen_address(std::string_view text);

bool is_address_or_network(std::string_view text);  // 10.0.0.1, 10.0.0.0/8, fd00::/8

// What is wrong with a URL that is called, or ""; never repeats it, since it may hold a password.
std::string https_url_problem(std::string_view text);  // https, or http to loopback only
// Https, ssh, http to loopback, file:// (DESIGN §12.13).
std::string git_remote_problem(std::string_view text);

}  // namespace calsync
