// Erasure of a person (DESIGN §12.5): the log's keys and views in one batch, then `booking.erased` of each booking
// with its tombstone in booking-state, and `subject.erased` as proof. A kill in between loses nothing: what is still
// to be told stands in the log (note `forget`), and is told at the next start.
// Runs on:  the caller's thread. Blocks: as reading the whole log does; appends and publishing go on, and for the
//           last step alone the normaliser waits.
// Fails:    rejected, where something stands in the way (ForgetFacts::obstacles); not_found, where the log knows
//           nothing of the person; cancelled; as EventLog.
#pragma once
#include "daemon/project/forget_pass.hpp"

namespace calsync {

struct ForgetProgress {
  std::function<void(double)> share;  // 0..1; may be empty
  std::stop_token stop;
};

Result<ForgetFacts> plan_forgetting(const EventLog& log, Instant now, std::string_view email,
                                    const ForgetProgress& progress);
Result<ForgetFacts> forget_person(EventLog& log, Clock& clock, std::string_view email,
                                  const ForgetProgress& progress);
// Tells what an erasure that was cut short left untold.
Result<void> finish_forgetting(EventLog& log, Clock& clock);

}  // namespace calsync
