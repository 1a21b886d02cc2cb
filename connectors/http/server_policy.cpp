#include "connectors/http/server_policy.hpp"

#include "state/base/host_port.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/json.hpp>
#include <boost/url.hpp>

#include <algorithm>
#include <charconv>

namespace calsync {
namespace http = boost::beast::http;
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

bool is_host_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  });
}

// The host of HOST[:PORT], an IPv6 address in its brackets; "" where the text is anything else.
std::string_view host_of(std::string_view text) {
  const bool brackets = text.starts_with('[');
  const std::size_t bracket = text.find(']');
  if (brackets && bracket == std::string_view::npos) return {};
  const std::size_t end = brackets ? bracket + 1 : std::min(text.find(':'), text.size());
  const std::string_view host = text.substr(0, end);
  if (end < text.size()) {
    std::uint16_t port = 0;
    const std::string_view digits = text.substr(end + 1);
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (text[end] != ':' || error != std::errc{} || stop != digits.data() + digits.size()) return {};
  }
  if (!brackets) return is_host_name(host) ? host : std::string_view{};
  const std::string_view inside = host.substr(1, host.size() - 2);
  if (inside.find_first_not_of("0123456789abcdef:.") != std::string_view::npos) return {};
  const auto address = parse_ip_address(inside);
  return address && address->v6 ? host : std::string_view{};
}

std::size_t count(const http::request_header<>& header, http::field name) {
  const auto range = header.equal_range(name);
  return static_cast<std::size_t>(std::distance(range.first, range.second));
}

bool is(std::string_view value, std::string_view wanted) {
  return boost::beast::iequals({value.data(), value.size()}, {wanted.data(), wanted.size()});
}

std::string_view text(boost::beast::string_view view) {
  return {view.data(), view.size()};
}

}  // namespace

bool host_is_ours(std::string_view host_header, std::string_view local_address,
                  const std::vector<std::string>& hosts) {
  const std::string header = lower(host_header);
  const std::string host(host_of(header));
  if (host.empty()) return false;
  if (host == host_of(lower(local_address)) || is_loopback_host(host)) return true;
  return std::ranges::any_of(hosts, [&](const std::string& ours) { return lower(ours) == host; });
}

std::optional<ServerResponse> refuse_header(const http::request_header<>& header) {
  if (header.version() != 11 && header.version() != 10)
    return error_response(505, "bad_request", "HTTP/1.1 or HTTP/1.0 only");
  if (count(header, http::field::host) > 1 ||
      (header.version() == 11 && count(header, http::field::host) == 0))
    return error_response(400, "bad_request", "exactly one Host header is needed");
  const std::size_t encodings = count(header, http::field::transfer_encoding);
  if (encodings > 1 || (encodings == 1 && !is(text(header[http::field::transfer_encoding]), "chunked")))
    return error_response(400, "bad_request", "no Transfer-Encoding but chunked");
  if (header.count(http::field::content_encoding) > 0)
    return error_response(400, "bad_request", "no Content-Encoding");
  return std::nullopt;
}

Result<ServerRequest> to_server_request(const http::request_header<>& header) {
  const auto target = boost::urls::parse_origin_form(header.target());
  if (!target) return Error{Errc::rejected, "the request target is no path with a query"};
  ServerRequest out;
  out.method = text(header.method_string());
  out.path = target->path();
  for (const auto& parameter : target->params())
    out.query.emplace_back(parameter.key, parameter.has_value ? parameter.value : std::string{});
  for (const auto& field : header)
    out.headers.emplace_back(lower(text(field.name_string())), text(field.value()));
  return out;
}

std::optional<std::string> ServerRequest::parameter(std::string_view name) const {
  const auto found = std::ranges::find_if(query, [&](const auto& pair) { return pair.first == name; });
  return found == query.end() ? std::nullopt : std::optional(found->second);
}

std::string_view ServerRequest::header(std::string_view lower_case_name) const {
  const auto found =
      std::ranges::find_if(headers, [&](const auto& pair) { return pair.first == lower_case_name; });
  return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

ServerResponse error_response(unsigned status, std::string_view code, std::string_view message) {
  using Text = boost::json::string_view;  // named: {data, size} alone would make an array of two
  const boost::json::object error{{"code", Text(code.data(), code.size())},
                                  {"message", Text(message.data(), message.size())}};
  return {.status = status, .body = boost::json::serialize(boost::json::object{{"error", error}})};
}

}  // namespace calsync
