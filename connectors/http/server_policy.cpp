#include "connectors/http/server_policy.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/json.hpp>
#include <boost/url.hpp>

#include <algorithm>

namespace calsync {
namespace http = boost::beast::http;
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

std::string_view without_brackets(std::string_view host) {
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') return host.substr(1, host.size() - 2);
  return host;
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
  const std::string host = lower(without_port(host_header));
  if (host.empty()) return false;
  if (host == "localhost" || host == lower(without_port(local_address))) return true;
  boost::system::error_code not_an_address;
  const auto address = boost::asio::ip::make_address(std::string(without_brackets(host)), not_an_address);
  if (!not_an_address && address.is_loopback()) return true;
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
