// Erasure of a person (DESIGN §12.5): the log's keys and views in one batch, then `booking.erased` of each booking
// with its tombstone in booking-state, and `subject.erased` as proof; then the old bytes leave the files. A kill in
// between loses nothing: what is still to be done stands in the log (note `forget`), and is done at the next start.
// Runs on:  the caller's thread. Blocks: as reading the whole log does; appends and publishing go on, and for the
//           last step alone the normaliser waits.
// Fails:    rejected, where something stands in the way (ForgetFacts::obstacles), the log is not whole, or what has come
//           was not read yet; not_found, where the log knows nothing of the person; cancelled; as EventLog.
#pragma once
#include "daemon/project/forget_pass.hpp"

namespace calsync {

struct ForgetProgress {
  std::function<void(double)> share;  // 0..1; may be empty
  std::stop_token stop;
  std::chrono::milliseconds patience{
      0};  // for the normaliser to read what has come and what is told; 0: none runs
};

Result<ForgetFacts> plan_forgetting(const EventLog& log, Instant now, std::string_view email,
                                    const ForgetProgress& progress);
Result<ForgetFacts> forget_person(EventLog& log, Clock& clock, std::string_view email,
                                  const ForgetProgress& progress);
// Does what an erasure that was cut short left to do. Gives the record that the proof is made of; 0: nothing was left.
Result<RawSequence> finish_forgetting(EventLog& log, Clock& clock, const std::stop_token& stop);

}  // namespace calsync
