// Polls Cal.com's API: what no webhook told comes in here (CONTRACT §11.7, §11.8; RELIABILITY P4).
// Owner:    App; started after the log, the normaliser and the API client, stopped before them.
// Runs on:  a thread of its own.
// Blocks:   that thread only; stop() until the call under way has ended.
// Promises: a change that the API shows for two poll intervals is in the log. A full sweep at the first start, after a time
//           in which nothing was polled, and every poll.full_sweep, restarts or not. What a webhook leaves in doubt is read 2 s later and once
//           more after 10 s.
//           A booking that cannot be read alone is asked after poll.interval, then after twice as long each time, at
//           least every poll.full_sweep; what a webhook says of it brings that forward. It holds up no other.
//           Half of the time at most is polling: where a poll takes longer than half of poll.interval, the interval
//           stretches, which status and metric show; likewise where polls would ask more than their share of the request budget.
// Fails:    never; a poll that failed is a condition and is made again after the interval.
#pragma once
#include "config/settings/settings.hpp"
#include "connectors/calcom/api.hpp"
#include "daemon/poll/poll_probe.hpp"
#include "state/store/event_log.hpp"

#include <functional>
#include <memory>
#include <string>

namespace calsync {

struct PollStatus {
  std::optional<Instant> last_good, next_at;
  std::optional<Instant>
      watermark;  // the newest updatedAt that was seen; polls ask from there, less poll.overlap
  // As it is: poll.interval, or more where the request budget makes polls slow (DESIGN §12.1).
  std::chrono::milliseconds interval{};
  std::uint64_t requests = 0;         // of the last poll
  std::optional<double> sweep_share;  // of the full sweep under way, 0..1
  std::uint64_t found = 0;            // changes that no webhook had told, since the start
  std::uint64_t polls = 0;
  std::string last_error;  // of the last poll; empty: it was good
};

struct PollerOptions {
  Settings settings;
  // What went wrong, or "" once all is well again.
  std::function<void(const std::string& problem)> on_problem;
  // Rows of the last poll that could not be understood; "" where there were none.
  std::function<void(const std::string& problem)> on_unreadable = [](const std::string&) {};
  // Bookings that Cal.com fails to answer for, each asked alone, more than once; "" where there is none any more.
  std::function<void(const std::string& problem)> on_failing = [](const std::string&) {};
  // Polls find what webhooks should have told, and no webhook comes; "" once one came.
  std::function<void(const std::string& problem)> on_silence = [](const std::string&) {};
};

class Poller {
 public:
  static std::unique_ptr<Poller> start(CalcomReads& api, EventLog& log, Clock& clock, const PollProbe& probe,
                                       PollerOptions options);
  virtual ~Poller() = default;
  virtual void poll_soon() = 0;   // any thread: the next poll does not wait for its interval
  virtual void sweep_soon() = 0;  // any thread: and is a full sweep
  [[nodiscard]] virtual PollStatus status() const = 0;
  virtual void request_stop() = 0;
  virtual void stop() = 0;

 protected:
  Poller() = default;
};

}  // namespace calsync
