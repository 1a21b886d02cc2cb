#include "state/views/fold.hpp"
namespace calsync {
Normalised fold(const RawRecord&, const Observation& observation, ViewTable&, EventSequence) {
  Normalised out;
  out.summary.outcome = RecordOutcome::quarantined;
  if (const auto* bad = std::get_if<Unreadable>(&observation.said)) out.summary.reason = bad->reason;
  return out;
}
}  // namespace calsync
