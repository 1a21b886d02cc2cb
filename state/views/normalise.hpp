// raw record → domain events and view changes: a pure function of (views, record, version). P7.
// connectors/calcom/wire reads Cal.com's JSON into an Observation; this folds it (DESIGN §12.2–§12.4).
#pragma once
#include "state/events/event_record.hpp"
#include "state/events/raw_delivery.hpp"
#include "state/views/view_table.hpp"

#include <optional>
#include <string>
#include <vector>

namespace calsync {

// Grows when the same records may give other events. It is written into the log, and a rebuild reads each
// record by the version that it was read by (RawRecord::noted_version).
inline constexpr std::uint32_t normaliser_version =
    3;  // 2: cause links; 3: drift by field, seats known by their row
// Is the record read as this version, or a later one, reads it?
inline bool reads_as(const RawRecord& record, std::uint32_t version) {
  return record.noted_version == 0 || record.noted_version >= version;
}

// What became of one raw record; kept for `log list` and the metrics.
enum class RecordOutcome : std::uint8_t {  // numbers are on disk
  event = 1,                               // at least one domain event
  no_change = 2,                           // a fact we knew already, or older than what we know
  nothing = 3,                             // carries no fact (PING)
  quarantined = 4,                         // could not be understood; kept, with the reason
  erased = 5,
};
const char* to_text(RecordOutcome outcome);

struct RecordSummary {
  RecordOutcome outcome = RecordOutcome::nothing;
  std::string trigger;  // "BOOKING_CREATED"; empty where there is none
  std::string subject;  // booking uid, ooo uuid, form id …; empty where there is none
  std::string reason;   // why quarantined or without change; never personal data
  // E-mail addresses in the record or in its events, lower case (for `forget`, filters).
  std::vector<std::string> people;
  std::optional<BookingUid> read_again;  // an authoritative GET should decide about this booking
};

struct Normalised {
  std::vector<EventRecord> events;  // sequences from `first_event` on; at most one in topic bookings
  RecordSummary summary;
};

}  // namespace calsync
