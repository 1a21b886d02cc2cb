// Which requests we let in (RELIABILITY §3.3): bytes of a request's head → a head that can be trusted, or a
// refusal. Stricter than HTTP on purpose: what two parsers might read differently is refused, because a proxy
// stands in front.
// Owner:    nobody; pure.
// Runs on:  any thread.
// Blocks:   never.
// Promises: reads nothing outside `bytes`; keeps views into them; the same bytes give the same answer
//           (fuzzed).
// Fails:    a refusal, after which the connection is closed: where the next request begins is then not known.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace calsync {

struct RequestRules {
  std::string_view method = "POST";  // the only one; named in Allow
  std::size_t header_bytes_max = std::size_t{8} * 1024;
  std::size_t target_bytes_max = 1024;
  std::uint64_t body_bytes_max = std::uint64_t{1024} * 1024;
};

struct RequestRefusal {
  unsigned status = 400;
  std::string_view reason;  // a literal; never holds what the client sent
};

struct RequestField {
  std::string_view name, value;
};

// Views into the judged bytes. Reused for each request of a connection: only the first `field_count` fields
// count.
struct RequestHead {
  static constexpr std::size_t fields_max = 64;
  std::string_view path, query;  // as sent, not decoded; the path begins with '/'
  std::uint64_t content_length = 0;
  bool keep_alive = false;
  bool expects_continue = false;
  std::size_t field_count = 0;
  std::array<RequestField, fields_max> fields;

  [[nodiscard]] std::span<const RequestField> all() const { return {fields.data(), field_count}; }
};

// Where the head ends. `bytes` is what has arrived since the last request; `scanned` is the result's
// `scanned` of the call before, 0 at first. Refuses early what can never become a head: no waiting for more
// of a TLS hello or of `\n\n`.
struct HeadEnd {
  std::size_t size = 0;  // with the empty line; 0: more bytes are needed
  std::size_t scanned = 0;
  std::optional<RequestRefusal> refusal{};
};
HeadEnd find_head_end(std::string_view bytes, std::size_t scanned, const RequestRules& rules);

// `head`: exactly one, as found above.
std::optional<RequestRefusal> judge_request(std::string_view head, const RequestRules& rules,
                                            RequestHead& out);

// Field names compare without case (RFC 9110 §5.1); ASCII only, whatever the locale.
bool same_field_name(std::string_view a, std::string_view b);

}  // namespace calsync
