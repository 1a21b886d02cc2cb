// Cal.com's API v2 as calls: a path in, the JSON of its answer out (CONTRACT §1, §2).
// Who only reads is given a CalcomReads: it has no way to change anything (P20).
// Runs on:  any thread.
// Blocks:   until there is an answer; that includes waiting for the request budget, a 429's block and retries.
// Promises: the key goes to the configured origin only (P23); each path gets the `cal-api-version` of its group; GET,
//           PATCH and DELETE are repeated by the rules of RELIABILITY §3.5, a POST never.
// Fails:    timeout, unavailable (also: circuit open), unauthorised (certificate), rate_limited, cancelled, rejected
//           (not Cal.com's JSON). An answer with any status is no failure of the call: see ApiAnswer.
#pragma once
#include "state/base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace calsync {

// Whose share of the one request budget a call is taken from (DESIGN §12.1).
enum class ApiUse : std::uint8_t { poll, interactive, apply, drift };

struct ApiAnswer {
  unsigned status = 0;
  std::string body{};     // as sent: JSON, but of a proxy it may be anything
  std::string code{};     // `error.code` where there is one ("ConflictException")
  std::string message{};  // `error.message`, safe to print: without what it echoes of the body that was sent
  std::string request_id{};  // `X-Request-Id`: what to name to Cal.com's support
  // Of the largest of X-RateLimit-*: what the key may ask in a window, and what is left of it. 0 and 0: not said.
  std::int64_t server_limit = 0, server_left = 0;

  [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
  // The error that this answer is to who expected a 2xx; `call` names it: "GET /v2/me".
  [[nodiscard]] Error error(std::string_view call) const;
};

class CalcomReads {
 public:
  virtual ~CalcomReads() = default;
  // `path` begins with /v2/ and holds its query, percent-encoded.
  virtual Result<ApiAnswer> get(std::string_view path, ApiUse use) = 0;
};

class CalcomApi : public CalcomReads {
 public:
  // `method`: POST, PATCH, PUT or DELETE; `body`: JSON, or empty for none.
  virtual Result<ApiAnswer> send(std::string_view method, std::string_view path, std::string_view body,
                                 ApiUse use) = 0;
};

}  // namespace calsync
