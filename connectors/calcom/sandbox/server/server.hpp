// The sandbox Cal.com over HTTP: its API, its signed deliveries, its state in a file, and what goes wrong on purpose.
// Owner:    the command `calsync sandbox`.
// Runs on:  the thread that calls run(); deliveries on one more.
// Blocks:   run(), until it is asked to stop.
// Promises: with a state file, all that was answered is in it within half a second, and when run() has returned; the file is
//           always whole (written beside and renamed). Deliveries that wait are not kept.
// Fails:    start(): unavailable where it cannot listen; rejected, for a state that is none.
#pragma once
#include "connectors/calcom/sandbox/server/faults.hpp"

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

namespace calsync::sandbox {

struct ServerSettings {
  std::string listen = "127.0.0.1:8480";
  std::filesystem::path state{};  // empty: in memory only
  FaultRates faults{};
  std::uint64_t seed = 1;
  unsigned requests_per_minute = 120;       // of a key; 0: no limit
  std::chrono::milliseconds block{60'000};  // for which who asked more is refused
  bool lived_day = false;  // an agency that has been at work for a day, where there is no state yet
};

class Server {
 public:
  static Result<std::unique_ptr<Server>> start(ServerSettings settings, Clock& clock);
  virtual ~Server() = default;
  [[nodiscard]] virtual std::string address() const = 0;  // "127.0.0.1:8480"
  [[nodiscard]] virtual std::string api_key() const = 0;  // the owner's
  [[nodiscard]] virtual std::int64_t organization_id() const = 0;
  [[nodiscard]] virtual std::size_t bookings() const = 0;
  virtual Result<void> run(const std::stop_token& stop) = 0;

 protected:
  Server() = default;
};

}  // namespace calsync::sandbox
