// A place in the log, as people name it: an event's sequence, or a time. What is known there is the fold of the
// events up to it.
#pragma once
#include "daemon/cli/scan.hpp"

namespace calsync::cli {

struct PlaceWord {
  std::optional<EventSequence>
      sequence;                   // else: before the first event that was taken in at `before` or later
  std::optional<Instant> before;  // neither: the log's end
};
// "18231", "2026-11-20" (to the end of that day, UTC), "2026-11-20T09:30:00Z", "7d", "now".  Fails: rejected.
Result<PlaceWord> parse_place(std::string_view text, Instant now);

struct LogPlace {
  EventSequence sequence{};  // 0: before the first event
  Digest hash{};             // the chain's there
};

// When the log took the event's record in.  Fails: as reading the log does.
Result<Instant> received_at(const EventLog& log, const EventRecord& event);

// Where the log was trimmed: gives the views as of its cut, on which the events below go on.
Result<void> begin_at_cut(const EventLog& log, const std::function<void(ViewSource&)>& begin);
// The events up to the place, in their order. Returns where that is.
// Fails: rejected (the log has not come so far, or the place lies before its cut), cancelled, and as reading the
// log does.
Result<LogPlace> each_event_up_to(const EventLog& log, const PlaceWord& word, const ScanOptions& options,
                                  const std::function<void(const EventRecord&)>& each);

}  // namespace calsync::cli
