// Addresses as people write them in settings: host:port to listen at, URLs to call. Pure; no name is looked
// up.
#pragma once
#include "state/base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace calsync {

struct ListenAddress {
  std::string host;  // an IPv4 or IPv6 address without brackets, or "localhost"
  std::uint16_t port = 0;
  bool loopback = false;  // reachable from this machine only
};

// "127.0.0.1:8787", "[::1]:8787", "localhost:0".  Fails: rejected.
Result<ListenAddress> parse_listen_address(std::string_view text);

bool is_loopback_host(std::string_view host);       // as in a URL, brackets allowed
bool is_address_or_network(std::string_view text);  // 10.0.0.1, 10.0.0.0/8, fd00::/8

// What is wrong with a URL that is called, or ""; never repeats it, since it may hold a password.
std::string https_url_problem(std::string_view url);  // https, or http to loopback only
std::string git_remote_problem(
    std::string_view url);  // https, ssh, http to loopback, file:// (DESIGN §12.13)

}  // namespace calsync
