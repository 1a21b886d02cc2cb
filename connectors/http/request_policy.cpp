#include "connectors/http/request_policy.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <limits>

namespace calsync {
namespace {

namespace beast = boost::beast;
using beast::http::field;

std::string_view to_std(beast::string_view text) {
  return {text.data(), text.size()};
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_token_char(char c) {  // RFC 9110 §5.6.2
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// Lines end with CRLF and nothing else, no control byte but TAB, no folded field. Beast unfolds obs-fold
// silently (F14).
std::optional<RequestRefusal> check_bytes(std::string_view head) {
  for (std::size_t i = 0; i < head.size(); ++i) {
    const auto byte = static_cast<unsigned char>(head[i]);
    if ((byte >= 0x20 && byte != 0x7f) || byte == '\t') continue;
    if (byte != '\r' || i + 1 >= head.size() || head[i + 1] != '\n')
      return RequestRefusal{400, "a control character in the header"};
    ++i;
    if (i + 1 < head.size() && (head[i + 1] == ' ' || head[i + 1] == '\t'))
      return RequestRefusal{400, "a folded header line"};
  }
  return std::nullopt;
}

// Beast's grammar with our eyes: it calls back with views into the head, and allocates nothing.
class HeadParser final : public beast::http::basic_parser<true> {
 public:
  HeadParser(RequestHead& out, std::size_t header_bytes_max) : out_(out) {
    header_limit(static_cast<std::uint32_t>(header_bytes_max) + 1);
    body_limit(boost::none);  // judged by us, with a status of its own
  }
  std::string_view method, target;
  int version = 0;
  unsigned hosts = 0, lengths = 0;
  bool too_many_fields = false;
  std::string_view host, length, expect;
  const char* forbidden = nullptr;  // the reason, where a field is present that we never take

 private:
  using error_code = beast::error_code;
  void on_request_impl(beast::http::verb, beast::string_view text, beast::string_view where, int number,
                       error_code&) override {
    method = to_std(text);
    target = to_std(where);
    version = number;
  }
  void on_field_impl(field name, beast::string_view text, beast::string_view value, error_code& ec) override {
    if (out_.field_count == RequestHead::fields_max) {
      too_many_fields = true;
      ec = beast::http::error::header_limit;
      return;
    }
    out_.fields[out_.field_count++] = {to_std(text), to_std(value)};
    note(name, to_std(value));
  }
  void note(field name, std::string_view value) {
    switch (name) {
      case field::host:
        ++hosts;
        host = value;
        break;
      case field::content_length:
        ++lengths;
        length = value;
        break;
      case field::expect:
        if (!same_field_name(value, "100-continue")) forbidden = "an expectation that is not 100-continue";
        expect = value;
        break;
      // Any of them: also `xchunked` and `gzip, chunked`, which Beast takes for no body, and `identity`.
      case field::transfer_encoding:
        forbidden = "Transfer-Encoding: send Content-Length";
        break;
      case field::content_encoding:
        forbidden = "Content-Encoding: the signature is over the body as sent";
        break;
      case field::upgrade:
        forbidden = "Upgrade";
        break;
      default:
        break;
    }
  }
  void on_header_impl(error_code&) override {}
  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(beast::string_view body, error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, error_code&) override {
    return body.size();
  }
  void on_finish_impl(error_code&) override {}

  RequestHead& out_;
};

// Whether the request line is whole but for a version that is not ours.
bool names_another_version(std::string_view head) {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (std::ranges::count(line, ' ') != 2 || line.size() < 9) return false;
  const std::string_view version = line.substr(line.size() - 9);
  return version.starts_with(" HTTP/") && is_digit(version[6]) && version[7] == '.' && is_digit(version[8]);
}

std::optional<RequestRefusal> refuse(const HeadParser& seen, const beast::error_code& ec,
                                     std::string_view head) {
  namespace http = beast::http;
  if (seen.too_many_fields) return RequestRefusal{431, "more than 64 header fields"};
  if (ec == http::error::header_limit) return RequestRefusal{431, "the header is too large"};
  if (ec == http::error::bad_version && names_another_version(head))
    return RequestRefusal{505, "only HTTP/1.1 and HTTP/1.0"};
  // A field that we never take has its own reason, also where Beast stumbles over it first.
  if (seen.forbidden != nullptr) return RequestRefusal{400, seen.forbidden};
  if (ec == http::error::bad_content_length || ec == http::error::multiple_content_length)
    return RequestRefusal{400, "Content-Length is not one number"};
  return RequestRefusal{400, "not an HTTP/1.1 request"};
}

// uri-host [":" port], loosely: no space, no '@', no '/', nothing empty.
bool is_host(std::string_view value) {
  return !value.empty() && std::ranges::all_of(value, [](char c) {
    return is_token_char(c) ? c != '^' && c != '`' && c != '|' && c != '#'
                            : std::string_view("[]:();,=").find(c) != std::string_view::npos;
  });
}

// Absolute form (`POST http://…`) is for proxies and we are none; `*` and authority form make no sense for
// POST.
std::optional<RequestRefusal> take_target(std::string_view target, const RequestRules& rules,
                                          RequestHead& out) {
  if (target.size() > rules.target_bytes_max) return RequestRefusal{414, "the request target is too long"};
  if (target.empty() || target.front() != '/') return RequestRefusal{400, "the request target is not a path"};
  const bool plain =
      std::ranges::all_of(target, [](char c) { return c > 0x20 && c < 0x7f && c != '#' && c != '\\'; });
  if (!plain) return RequestRefusal{400, "the request target has a character that must be encoded"};
  const std::size_t mark = target.find('?');
  out.path = target.substr(0, mark);
  out.query = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
  return std::nullopt;
}

std::optional<RequestRefusal> take_length(const HeadParser& seen, const RequestRules& rules,
                                          RequestHead& out) {
  if (seen.lengths == 0) return RequestRefusal{411, "Content-Length is missing"};
  const bool digits = !seen.length.empty() &&
                      std::ranges::all_of(seen.length, [](char c) { return c >= '0' && c <= '9'; }) &&
                      (seen.length.size() == 1 || seen.length.front() != '0');  // 010 is 8 to some
  if (seen.lengths > 1 || !digits) return RequestRefusal{400, "Content-Length is not one number"};
  std::uint64_t value = 0;
  for (const char c : seen.length) {
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
    if (value > rules.body_bytes_max)
      return RequestRefusal{413, rules.body_bytes_max == RequestRules{}.body_bytes_max
                                     ? "the body is larger than 1 MiB"
                                     : "the body is too large"};
  }
  out.content_length = value;
  return std::nullopt;
}

}  // namespace

bool same_field_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

HeadEnd find_head_end(std::string_view bytes, std::size_t scanned, const RequestRules& rules) {
  // An empty line before the request is allowed by RFC 9112 §2.2 and sent by nobody: refused with the rest.
  if (!bytes.empty() && !is_token_char(bytes.front()))
    return {.refusal = RequestRefusal{400, "not an HTTP/1.1 request"}};
  const std::size_t limit = std::min(bytes.size(), rules.header_bytes_max);
  for (std::size_t at = scanned; at < limit; ++at) {
    at = bytes.substr(0, limit).find('\n', at);
    if (at == std::string_view::npos) break;
    if (bytes[at - 1] != '\r') return {.refusal = RequestRefusal{400, "a line that does not end with CRLF"}};
    if (at >= 2 && bytes[at - 2] == '\n') return {.size = at + 1, .scanned = at + 1};
  }
  if (bytes.size() >= rules.header_bytes_max)
    return {.refusal = RequestRefusal{431, "the header is too large"}};
  return {.scanned = limit};
}

std::optional<RequestRefusal> judge_request(std::string_view head, const RequestRules& rules,
                                            RequestHead& out) {
  out.field_count = 0;
  if (head.size() > rules.header_bytes_max) return RequestRefusal{431, "the header is too large"};
  if (auto refusal = check_bytes(head)) return refusal;
  HeadParser parser(out, rules.header_bytes_max);
  beast::error_code ec;
  const std::size_t used = parser.put(boost::asio::const_buffer(head.data(), head.size()), ec);
  if (ec == beast::http::error::need_more) return RequestRefusal{400, "not an HTTP/1.1 request"};
  if (ec) return refuse(parser, ec, head);
  if (used != head.size() || !parser.is_header_done()) return RequestRefusal{400, "not an HTTP/1.1 request"};
  if (parser.hosts != 1 || !is_host(parser.host)) return RequestRefusal{400, "exactly one Host is needed"};
  if (parser.forbidden != nullptr) return RequestRefusal{400, parser.forbidden};
  if (parser.method != rules.method) return RequestRefusal{405, "this method is not allowed here"};
  if (auto refusal = take_target(parser.target, rules, out)) return refusal;
  if (auto refusal = take_length(parser, rules, out)) return refusal;
  // HTTP/1.0 is what nginx speaks to us by default. It ends with the answer: keep-alive there is an old
  // extension.
  out.keep_alive = parser.version == 11 && parser.keep_alive();
  // RFC 9110 §10.1.1: ignored from 1.0.
  out.expects_continue = parser.version == 11 && !parser.expect.empty();
  return std::nullopt;
}

}  // namespace calsync
