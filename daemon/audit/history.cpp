#include "daemon/audit/history.hpp"

namespace calsync::audit {
namespace {

// What Cal.com announces by a webhook; all else it changes silently (CONTRACT §11.7).
bool is_announced(std::string_view type) {
  for (const std::string_view one :
       {"booking.created", "booking.requested", "booking.confirmed", "booking.rescheduled",
        "booking.cancelled", "booking.rejected", "ooo.created"})
    if (type == one) return true;
  return false;
}

}  // namespace

void History::take(const RawRecord& record, const RecordSummary& summary,
                   const std::vector<EventRecord>& events) {
  for (const EventRecord& event : events) {
    if (event.topic != Topic::bookings && event.topic != Topic::ooo) continue;
    if (record.source == RecordSource::poll) {
      told_by_poll(record, event);
      continue;
    }
    if (record.source != RecordSource::webhook) continue;
    Known& known = bookings_[event.subject];
    if (event.time < known.newest && event.topic == Topic::bookings && event.type.starts_with("booking."))
      find("disordered", record, event.subject,
           event.type + " came after a later webhook of the same booking");
    known.newest = std::max(known.newest, event.time);
    known.by_poll = false;
  }
  if (events.empty() && record.source == RecordSource::webhook && summary.outcome == RecordOutcome::no_change)
    told_nothing_new(record, summary);
}

void History::told_by_poll(const RawRecord& record, const EventRecord& event) {
  const bool announced = is_announced(event.type);
  find(announced ? "not_announced" : "silent", record, event.subject,
       event.type + (announced ? ": no webhook had told it" : ": Cal.com sends no webhook for it"));
  findings_.back().event = event.sequence;
  Known& known = bookings_[event.subject];
  known.by_poll = true;
  known.finding = announced ? findings_.size() : 0;
}

// The webhook that a poll was quicker than: late, and not lost.
void History::told_nothing_new(const RawRecord& record, const RecordSummary& summary) {
  const auto known = bookings_.find(summary.subject);
  if (known != bookings_.end() && known->second.by_poll) {
    if (known->second.finding != 0) {
      Finding& lost = findings_[known->second.finding - 1];
      lost.kind = "late";
      lost.what = summary.trigger + " came after a poll had told the same";
      lost.raw = record.sequence;
      known->second.finding = 0;
      return;
    }
    return find("late", record, summary.subject, summary.trigger + " came after a poll had told the same");
  }
  if (summary.reason.starts_with("known already"))
    return find("repeated", record, summary.subject, summary.trigger + " told what was known already");
  find("disordered", record, summary.subject, summary.trigger + ": " + summary.reason);
}

void History::find(const char* kind, const RawRecord& record, std::string booking, std::string what) {
  Finding finding{Weight::history, kind, std::move(booking), std::move(what)};
  finding.raw = record.sequence;
  findings_.push_back(std::move(finding));
}

}  // namespace calsync::audit
