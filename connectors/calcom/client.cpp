#include "connectors/calcom/client.hpp"

#include "connectors/calcom/api_answer.hpp"
#include "connectors/calcom/api_version.hpp"
#include "connectors/calcom/endpoint.hpp"
#include "connectors/calcom/retry_rules.hpp"
#include "state/base/crypto.hpp"
#include "state/base/host_port.hpp"
#include "state/base/log.hpp"

#include <algorithm>
#include <array>

namespace calsync {
namespace {

constexpr std::size_t answer_bytes_max = std::size_t{16} << 20U;  // RELIABILITY §3.5

double random_fraction() {
  std::array<std::uint8_t, 4> bytes{};
  random_bytes(bytes);
  std::uint32_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8U | byte;
  return static_cast<double>(number) / 4294967296.0;
}

// P23: over TLS, or without leaving this machine.
Result<HttpUrl> read_base_url(const std::string& text) {
  CALSYNC_TRY(url, "calcom.base_url", parse_http_url(text));
  if (!url.tls && !is_loopback_host(url.host))
    return Error{Errc::rejected, "calcom.base_url: the API key would be sent in the open: use https://"};
  return url;
}

// A path below the origin's root that means one request: nothing in it can become another header or host.
Result<void> check_path(std::string_view path) {
  const bool plain = std::ranges::all_of(path, [](char c) { return c > ' ' && c < '\x7f'; });
  if (path.starts_with("/v2/") && plain && path.find('#') == std::string_view::npos) return {};
  return Error{Errc::rejected, "not a path of the API: it begins with /v2/ and is percent-encoded"};
}

HttpClientOptions http_options(const CalcomClientOptions& from) {
  HttpClientOptions out;
  out.connect_timeout = from.connect_timeout;
  out.timeout = from.timeout;
  out.body_limit = answer_bytes_max;
  out.ca_file = from.ca_file;
  out.ca_option = "calcom.ca_file";
  out.stop = from.stop;
  return out;
}

const char* outcome_name(const Result<HttpAnswer>& outcome) {
  if (!outcome) return to_text(outcome.error().code);
  if (outcome->status == 429) return "rate_limited";
  if (outcome->status == 401) return "unauthorised";
  if (outcome->status >= 500) return "server_error";
  if (outcome->status >= 300) return "refused";
  return "ok";
}

}  // namespace

CalcomClient::CalcomClient(CalcomClientOptions options, HttpUrl url, Clock& clock, CalcomProbe& probe)
    : options_(std::move(options)),
      clock_(clock),
      probe_(probe),
      gate_(options_.requests_per_minute, clock, probe, options_.sleep),
      pool_(std::move(url), http_options(options_), options_.connections, clock) {}

Result<std::unique_ptr<CalcomClient>> CalcomClient::create(CalcomClientOptions options, Clock& clock,
                                                           CalcomProbe& probe) {
  CALSYNC_TRY(url, "Cal.com's API", read_base_url(options.base_url));
  if (options.api_key.empty())
    return Error{Errc::rejected, "calcom.api_key: is not set: the API cannot be asked without it"};
  CALSYNC_TRY(probed, "Cal.com's API",
              HttpClient::to(url, http_options(options)));  // the authorities can be read
  Secret key = std::exchange(options.api_key, Secret{});
  std::unique_ptr<CalcomClient> client(new CalcomClient(std::move(options), std::move(url), clock, probe));
  client->set_key(std::move(key));
  return client;
}

void CalcomClient::set_key(Secret key) {
  const std::lock_guard lock(key_mutex_);
  key_ = std::move(key);
}

Result<ApiAnswer> CalcomClient::get(std::string_view path, ApiUse use) {
  return call({"GET", path, {}, use});
}

Result<ApiAnswer> CalcomClient::send(std::string_view method, std::string_view path, std::string_view body,
                                     ApiUse use) {
  constexpr std::string_view writes[] = {"POST", "PATCH", "PUT", "DELETE"};
  if (std::ranges::find(writes, method) == std::end(writes))
    return Error{Errc::rejected, "not a method of the API's writes: POST, PATCH, PUT or DELETE"};
  return call({method, path, body, use});
}

// Made, and made again where the rules say so, until an outcome stands.
Result<ApiAnswer> CalcomClient::call(Call call) {
  CALSYNC_CHECK("call", check_path(call.path));
  call.name = std::string(call.method) + " " + std::string(call.path.substr(0, call.path.find('?')));
  call.endpoint = endpoint_name(call.path);
  for (int made = 1, blocks = 0;;) {
    CALSYNC_CHECK(call.name, gate_.enter(call.use, options_.stop));
    Result<HttpAnswer> outcome = once(call);
    if (outcome && outcome->status == 429 && ++blocks <= blocks_waited_out_max) continue;
    const auto wait = wait_before_repeat(
        {.method = call.method,
         .calls_made = made,
         .failed = outcome ? std::nullopt : std::optional(outcome.error().code),
         .status = outcome ? outcome->status : 0,
         .retry_after = outcome ? parse_retry_after(outcome->header("Retry-After")) : std::nullopt},
        random_fraction());
    if (!wait) {
      if (!outcome) return std::move(outcome).error().within(call.name);
      return read_answer(*std::move(outcome), call.body, call.name);
    }
    probe_.repeats.add();
    ++made;
    if (!options_.sleep(clock_.steady() + *wait, options_.stop)) return Error{Errc::cancelled, "interrupted"};
  }
}

Result<HttpAnswer> CalcomClient::once(const Call& call) {
  const auto began = clock_.steady();
  Result<HttpAnswer> outcome = exchange(call);
  gate_.leave(outcome);
  const double seconds = std::chrono::duration<double>(clock_.steady() - began).count();
  probe_.called(call.method, call.endpoint, outcome_name(outcome), seconds);
  trace(call, outcome, seconds);
  return outcome;
}

Result<HttpAnswer> CalcomClient::exchange(const Call& call) {
  CALSYNC_TRY(connection, "connect", pool_.lend());
  HttpRequest request{
      .method = std::string(call.method),
      .target = std::string(call.path),
      .headers = {{"Accept", "application/json"}, {"cal-api-version", std::string(api_version(call.path))}},
      .body = call.body,
      .repeatable = call.method != "POST"};
  if (!call.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  {
    const std::lock_guard lock(key_mutex_);
    request.headers.emplace_back("Authorization", "Bearer " + std::string(key_.reveal()));
  }
  return (*connection).send(request);
}

void CalcomClient::trace(const Call& call, const Result<HttpAnswer>& outcome, double seconds) {
  const std::uint64_t number = ++calls_;
  log::debug(
      "called Cal.com",
      {log::field("call", number), log::field("method", call.method), log::field("endpoint", call.endpoint),
       log::field("outcome", outcome_name(outcome)),
       log::field("status", outcome ? static_cast<int>(outcome->status) : 0), log::field("seconds", seconds),
       log::field("request", outcome ? outcome->header("X-Request-Id") : std::string_view{})});
}

}  // namespace calsync
