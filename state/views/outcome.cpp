#include "state/views/normalise.hpp"

namespace calsync {

const char* to_text(RecordOutcome outcome) {
  switch (outcome) {
    case RecordOutcome::event:
      return "event";
    case RecordOutcome::no_change:
      return "no_change";
    case RecordOutcome::nothing:
      return "nothing";
    case RecordOutcome::quarantined:
      return "quarantined";
    case RecordOutcome::erased:
      return "erased";
  }
  return "unknown";
}

}  // namespace calsync
