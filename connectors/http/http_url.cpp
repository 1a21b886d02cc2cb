#include "connectors/http/client.hpp"

#include <boost/url.hpp>

#include <charconv>

namespace calsync {

namespace {
Error refuse(const char* what) {
  return {Errc::rejected, std::string("not a usable URL: ") + what};
}
}  // namespace

std::string HttpUrl::origin() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (tls ? "https://" : "http://") + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<HttpUrl> parse_http_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed) return refuse("expected http://host[:port]/path or https://…");
  const auto& url = *parsed;
  HttpUrl result;
  if (url.scheme_id() == boost::urls::scheme::https) {
    result.tls = true;
    result.port = 443;
  } else if (url.scheme_id() != boost::urls::scheme::http) {
    return refuse("the scheme is neither http nor https");
  }
  if (url.has_userinfo()) return refuse("a user name or password does not belong into it");
  if (url.has_fragment()) return refuse("it has a #fragment");
  result.host =
      url.host_type() == boost::urls::host_type::ipv6 ? url.host_ipv6_address().to_string() : url.host();
  if (result.host.empty()) return refuse("the host is missing");
  if (url.has_port()) {
    const auto digits = url.port();  // port_number() of Boost 1.81 wraps round above 65535
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), result.port);
    if (error != std::errc{} || end != digits.data() + digits.size() || result.port == 0)
      return refuse("the port is not 1..65535");
  }
  const auto target = url.encoded_target();
  if (!target.empty()) result.target.assign(target.data(), target.size());
  if (result.target.front() != '/') result.target.insert(0, "/");
  return result;
}

}  // namespace calsync
