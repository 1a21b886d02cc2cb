#include "state/base/host_port.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace calsync {

Result<HostPort> parse_host_port(std::string_view text) {
  const Error wrong{Errc::rejected,
                    "\"" + std::string(text) + "\" is no HOST:PORT, such as 127.0.0.1:8787 or [::1]:8787"};
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return wrong;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const bool brackets = host.front() == '[';
  if (brackets) {
    if (host.back() != ']') return wrong;
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return wrong;
  }
  HostPort out{std::string(host), 0, brackets};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (error != std::errc{} || end != port.data() + port.size() || host.empty()) return wrong;
  return out;
}

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  const std::string copy(text);
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1) return IpAddress{false, bytes[0] == 127};
  if (::inet_pton(AF_INET6, copy.c_str(), bytes.data()) != 1) return std::nullopt;
  constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  std::array<unsigned char, 16> one{};
  one[15] = 1;
  return IpAddress{
      true, bytes == one || (std::equal(mapped.begin(), mapped.end(), bytes.begin()) && bytes[12] == 127)};
}

bool is_loopback_host(std::string_view host) {
  if (host.size() > 2 && host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = parse_ip_address(host);
  return host == "localhost" || (address && address->loopback);
}

bool reaches_others(std::string_view host_port) {
  const auto at = parse_host_port(host_port);
  return at && !is_loopback_host(at->host);
}

}  // namespace calsync
