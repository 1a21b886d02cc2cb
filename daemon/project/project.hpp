// LOG raw → normalise → LOG evt and views: tails the log from the normaliser's cursor.
// Owner:    App; started after the log, stopped before it.
// Runs on:  a thread of its own.
// Blocks:   that thread only.
// Promises: events, views and cursor of a record go down in one batch; the same log gives the same bytes
//           (P7).
// Fails:    a record that cannot be understood is quarantined; a log that cannot be read or written stops it
//           (on_end).
#pragma once
#include "state/base/metric.hpp"
#include "state/store/event_log.hpp"

#include <functional>
#include <memory>

namespace calsync {

class Projector {
 public:
  static std::unique_ptr<Projector> start(EventLog& log, Clock& clock, MetricRegistry& metrics,
                                          std::function<void(Error)> on_end);
  virtual ~Projector() = default;
  // From now on records are read. Not before the publisher has compared log and cursor: what a log that
  // lacks published events makes of new records could never be joined with them again (DESIGN 12.5).
  virtual void begin() = 0;
  virtual void stop() = 0;

 protected:
  Projector() = default;
};

// `log rebuild`: reads raw from the start (of a trimmed log from its cut, on the views of then) into views in memory and compares each event with what the log has,
// byte for byte.
struct RebuildReport {
  std::uint64_t records = 0, events = 0, erased = 0;
  std::optional<EventSequence> first_difference;
  std::string difference;  // where and what, never a body
};
Result<RebuildReport> verify_rebuild(const EventLog& log, const std::function<void(double)>& progress);
// Writes them anew (clear_projection, then project). Fails where verify finds a difference in published
// events.
Result<RebuildReport> rebuild(EventLog& log, const std::function<void(double)>& progress);

}  // namespace calsync
