// Sends signed bodies to an intake as Cal.com does,
// over a bounded number of kept connections, at a bounded rate.
// Owner:    `send`.
// Runs on:  a thread per connection.
// Blocks:   until all are sent or stop is requested.
// Promises: with one connection the order is kept;
//           no body is sent twice unless its connection was closed unanswered.
#pragma once
#include "connectors/http/client.hpp"
#include "daemon/cli/payload_files.hpp"
#include "state/base/secret.hpp"

#include <functional>

namespace calsync::cli {

struct SendOptions {
  HttpUrl url;  // with the path of the hook
  Secret secret;
  std::string ca_file;
  std::string version =
      "2021-10-20";  // X-Cal-Webhook-Version; empty: no such header, as on Cal.com's older paths
  std::vector<std::pair<std::string, std::string>> headers;  // beside Cal.com's; same names win
  std::size_t repeat = 1;
  bool fresh = false;  // each repetition is about other bookings
  double rate = 0;     // per second; 0: as fast as answers come
  std::size_t connections = 1;
  std::chrono::milliseconds timeout = std::chrono::seconds{30};
};

struct Sent {
  std::size_t payload = 0;  // index
  unsigned status = 0;      // 0: no answer
  std::optional<std::uint64_t> sequence;
  std::string error;  // one line; empty where the status is 2xx
  [[nodiscard]] bool good() const { return status >= 200 && status < 300; }
};

// In the order of sending. What was not sent because of `stop` is missing at the end.
// `told` is called now and then.
std::vector<Sent> send_all(const std::vector<Payload>& payloads, const SendOptions& options,
                           const std::stop_token& stop, const std::function<void(std::uint64_t done)>& told);

}  // namespace calsync::cli
