// HOST:PORT as people write it, and which of those other machines reach. Pure; no name is looked up.
#pragma once
#include "state/base/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace calsync {

struct HostPort {
  std::string host;  // without brackets
  std::uint16_t port = 0;
  bool brackets = false;  // as IPv6 is written
};
Result<HostPort> parse_host_port(std::string_view text);  // "127.0.0.1:80", "[::1]:80", "localhost:80"

struct IpAddress {
  bool v6 = false;
  bool loopback = false;
};
std::optional<IpAddress> parse_ip_address(std::string_view text);

bool is_loopback_host(std::string_view host);  // an address or "localhost"; brackets as in a URL are allowed

// Of an address that is listened at; one that is no HOST:PORT (a unix socket's is "") is this machine's own.
bool reaches_others(std::string_view host_port);

}  // namespace calsync
