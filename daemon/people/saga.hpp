// What an off-boarding did, step by step, over all its runs: durable before the next step begins, so that its evidence is whole whatever
// killed a run. Records of source `apply` (state/views/reconcile_fold.hpp):
//   {"record":"offboard.step","email":TEXT,"step":STEP, …}
//   began {"to":EMAIL|null}                       a run begins
//   time_off
//   reassign {"uid","start"}                      about to be asked for
//   reassigned {"uid","outcome","message"}
//   proved {"left":N,"bookings":[{"uid","status","host"}…]}   of each that was ever asked for: as a reading shows it now
//   off_hosts {"address"}
//   membership_removed
//   account {"lost":[{"uid","start"}…]}           about to be deleted, with these bookings
//   account_deleted
//   ended {"complete":BOOL}
//   stopped {"why"}
// No names and titles: they are other people's.
// Owner:    a command.
// Runs on:  the caller's thread.
// Blocks:   as the log does.
// Fails:    as the log.
#pragma once
#include "state/base/time.hpp"
#include "state/store/event_log.hpp"

#include <boost/json/object.hpp>

#include <functional>

namespace calsync {

class Saga {
 public:
  using Note = std::function<Result<void>(const std::string& record)>;
  // `before`: what earlier runs told.
  Saga(std::string email, std::vector<boost::json::object> before, Note note, Clock& clock)
      : email_(std::move(email)), steps_(std::move(before)), note_(std::move(note)), clock_(clock) {}

  Result<void> tell(std::string_view step, const boost::json::object& more = {});
  [[nodiscard]] const std::vector<boost::json::object>& steps() const { return steps_; }

 private:
  const std::string email_;
  std::vector<boost::json::object> steps_;
  const Note note_;
  Clock& clock_;
};

// An account's deletion was asked for, and no later step says how that ended. Pure.
bool was_deleting_account(const std::vector<boost::json::object>& steps);

// In the order of the log, with "at". Runs on: any thread. Blocks: on the disk.
Result<std::vector<boost::json::object>> read_saga(const EventLog& log, const std::string& email);

}  // namespace calsync
