// The client of Cal.com's API: one for a process, or for a command where no daemon runs.
// Owner:    App, or the command.
// Runs on:  any thread, several at once.
// Blocks:   as api.hpp says: for the budget, a block after 429, the server, the waits between repeats. The stop
//           request that it was made with ends all of them within milliseconds.
// Promises: the key is sent to the origin of `base_url` only, over verified TLS, or to this machine; redirects are
//           not followed; every request is counted and timed by endpoint and outcome, and written to the log at
//           level debug under a number of its own.
// Fails:    as api.hpp says. create(): rejected (URL, authorities, no key).
#pragma once
#include "connectors/calcom/api.hpp"
#include "connectors/calcom/connection_pool.hpp"
#include "connectors/calcom/request_gate.hpp"
#include "state/base/secret.hpp"

namespace calsync {

struct CalcomClientOptions {
  std::string base_url = "https://api.cal.com";
  std::string ca_file{};
  std::int64_t requests_per_minute = 100;
  Secret api_key{};
  std::stop_token stop{};
  std::size_t connections = 4;
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{5}, timeout = std::chrono::seconds{30};
  SleepUntil sleep = sleep_until;
};

class CalcomClient final : public CalcomApi {
 public:
  static Result<std::unique_ptr<CalcomClient>> create(CalcomClientOptions options, Clock& clock,
                                                      CalcomProbe& probe);

  Result<ApiAnswer> get(std::string_view path, ApiUse use) override;
  Result<ApiAnswer> send(std::string_view method, std::string_view path, std::string_view body,
                         ApiUse use) override;

  void set_key(Secret key);  // for the calls that begin from now on
  [[nodiscard]] RequestGate::State state() const { return gate_.state(); }

 private:
  struct Call {
    std::string_view method, path, body;
    ApiUse use;
    std::string name{}, endpoint{};  // "GET /v2/me", "me"
  };
  CalcomClient(CalcomClientOptions options, HttpUrl url, Clock& clock, CalcomProbe& probe);
  Result<ApiAnswer> call(Call call);
  Result<HttpAnswer> once(const Call& call);
  Result<HttpAnswer> exchange(const Call& call);
  void trace(const Call& call, const Result<HttpAnswer>& outcome, double seconds);

  const CalcomClientOptions options_;  // without the key
  Clock& clock_;
  CalcomProbe& probe_;
  RequestGate gate_;
  ConnectionPool pool_;
  std::mutex key_mutex_;
  Secret key_;  // guarded by key_mutex_
  std::atomic<std::uint64_t> calls_{0};
};

}  // namespace calsync
