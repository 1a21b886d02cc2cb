#include "config/settings/addresses.hpp"

#include <algorithm>
#include <charconv>

namespace calsync {
namespace {

template <class Number>
bool read_whole(std::string_view text, Number& out) {
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), out);
  return !text.empty() && status == std::errc{} && end == text.data() + text.size();
}

struct Url {
  std::string_view scheme, user, host, path;  // host without port, in brackets where it is IPv6
  bool password = false;
  bool sound = false;
};

Url split_url(std::string_view url) {
  Url out;
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return out;
  out.scheme = url.substr(0, scheme_end);
  const std::string_view rest = url.substr(scheme_end + 3);
  const std::size_t slash = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, slash);
  out.path = rest.substr(slash);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    out.user = authority.substr(0, at);
    out.password = out.user.find(':') != std::string_view::npos;
    authority.remove_prefix(at + 1);
  }
  const std::size_t host_end =
      authority.starts_with('[') ? authority.find(']') + 1 : std::min(authority.find(':'), authority.size());
  out.host = authority.substr(0, host_end);
  const std::string_view port = authority.substr(out.host.size());
  std::uint16_t number = 0;
  const bool port_good =
      port.empty() || (port.front() == ':' && read_whole(port.substr(1), number) && number > 0);
  const auto visible = [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; };
  out.sound =
      port_good && std::ranges::all_of(url, visible) && !(authority.starts_with('[') && host_end == 0);
  return out;
}

}  // namespace

Result<HostPort> parse_listen_address(std::string_view text) {
  if (auto at = parse_host_port(text)) {
    const auto address = parse_ip_address(at->host);
    if (address ? at->brackets == address->v6 : at->host == "localhost" && !at->brackets) return at;
  }
  return Error{Errc::rejected,
               "not an address to listen at: write HOST:PORT, such as \"127.0.0.1:8787\", \"[::1]:8787\" or "
               "\"0.0.0.0:8787\" for all of this machine's"};
}

bool is_address_or_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_ip_address(text.substr(0, slash));
  if (!address || slash == std::string_view::npos) return address.has_value();
  unsigned bits = 0;
  return read_whole(text.substr(slash + 1), bits) && bits <= (address->v6 ? 128U : 32U);
}

std::string https_url_problem(std::string_view text) {
  const Url url = split_url(text);
  if (!url.sound || url.host.empty()) return "is not a URL: write https://HOST";
  if (!url.user.empty()) return "must not hold a user or password";
  if (url.path.find_first_of("?#") != std::string_view::npos) return "must not have a query or fragment";
  if (url.scheme == "https" || (url.scheme == "http" && is_loopback_host(url.host))) return {};
  return url.scheme == "http"
             ? "must be https: plain http goes to this machine only, a key would be readable on the way"
             : "must be https";
}

std::string git_remote_problem(std::string_view text) {
  const Url url = split_url(text);
  if (url.scheme == "file" && url.host.empty() && url.path.starts_with('/'))
    return url.sound ? "" : "must not hold spaces";
  if (!url.sound || url.host.empty())
    return "must be https://HOST/PATH, ssh://git@HOST/PATH or file:///PATH (git@HOST:PATH is written "
           "ssh://git@HOST/PATH)";
  if (url.password) return "must not hold a password: use ssh, or git's credential helper";
  if (url.scheme == "ssh") return {};
  if (!url.user.empty()) return "must not hold a user or token: use ssh, or git's credential helper";
  if (url.scheme == "https" || (url.scheme == "http" && is_loopback_host(url.host))) return {};
  return "must be https, ssh, file, or http to this machine";
}

}  // namespace calsync
