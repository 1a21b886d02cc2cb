#include "daemon/audit/history.hpp"

#include "state/base/crypto.hpp"

#include <utility>

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

// What a booking cannot begin with.
bool is_an_end(std::string_view type) {
  return type == "booking.cancelled" || type == "booking.rejected";
}

// The record but for the time at which Cal.com made it: two subscriptions are told the same in different bytes.
Digest fact_of(const RawRecord& record, const RecordSummary& summary) {
  static constexpr std::string_view name = R"("createdAt":")";
  std::string text = record.body.value_or("");
  if (const auto at = text.find(name); at != std::string::npos)
    text.erase(at, text.find('"', at + name.size()) - at);
  return sha256(summary.trigger + text);
}

}  // namespace

void History::take(const RawRecord& record, const RecordSummary& summary,
                   const std::vector<EventRecord>& events) {
  for (const EventRecord& event : events) {
    if (event.topic != Topic::bookings && event.topic != Topic::ooo) continue;
    if (event.key_sequence.value() == 1) begun_.insert(event.key);
    if (record.source == RecordSource::poll) told_by_poll(record, event);
    if (record.source == RecordSource::webhook) told_by_webhook(record, event);
  }
  if (events.empty() && record.source == RecordSource::webhook && summary.outcome == RecordOutcome::no_change)
    told_nothing_new(record, summary);
}

void History::came_again(const RawRecord& record, const RecordSummary& summary, std::uint64_t times) {
  const std::string how_often = times == 1 ? "once more" : std::to_string(times) + " times more";
  find("repeated", record, summary.subject, summary.trigger + " came " + how_often + ", byte for byte");
}

void History::told_by_webhook(const RawRecord& record, const EventRecord& event) {
  Known& known = bookings_[event.subject];
  const bool of_booking = event.topic == Topic::bookings && event.type.starts_with("booking.");
  Instant& newest = newest_[event.key];
  if (of_booking && event.time < newest)
    arrived(known, "disordered", record, event.subject,
            event.type + " came after a later webhook of the same chain");
  else
    known.finding = 0;
  if (of_booking && !known.heard && !known.by_poll && is_an_end(event.type) && begun_.contains(event.key)) {
    find("not_announced", record, event.subject, event.type + ": no webhook had told that it was made");
    known.finding = findings_.size();
  }
  known.heard = known.heard || of_booking;
  newest = std::max(newest, event.time);
  known.by_poll = false;
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

// After a poll it is the webhook that the poll was quicker than: late, and not lost. Each is late once.
void History::told_nothing_new(const RawRecord& record, const RecordSummary& summary) {
  Known& known = bookings_[summary.subject];
  const bool first = known.nothing_new.insert(fact_of(record, summary)).second;
  if (known.by_poll && first)
    return arrived(known, "late", record, summary.subject,
                   summary.trigger + " came after a poll had told the same");
  if (!first || summary.reason.starts_with("known already"))
    return find("repeated", record, summary.subject, summary.trigger + " told what was known already");
  arrived(known, "disordered", record, summary.subject, summary.trigger + ": " + summary.reason);
}

// What had been called lost is not: it came, though not when it should have.
void History::arrived(Known& known, const char* kind, const RawRecord& record, const std::string& booking,
                      std::string what) {
  if (known.finding == 0) return find(kind, record, booking, std::move(what));
  Finding& lost = findings_[std::exchange(known.finding, 0) - 1];
  lost.kind = kind;
  lost.what = std::move(what);
  lost.raw = record.sequence;
}

void History::find(const char* kind, const RawRecord& record, std::string booking, std::string what) {
  Finding finding{Weight::history, kind, std::move(booking), std::move(what)};
  finding.raw = record.sequence;
  findings_.push_back(std::move(finding));
}

}  // namespace calsync::audit
