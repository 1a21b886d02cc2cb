#include "daemon/cli/filters.hpp"

#include "daemon/admin/booking_chain.hpp"
#include "daemon/admin/time_words.hpp"
#include "daemon/cli/option_checks.hpp"

#include <CLI/CLI.hpp>

namespace calsync::cli {

namespace {
std::string outcome_problem(const std::string& word) {
  FilterWords words;
  words.outcome = word;
  const auto filter = record_filter(words, {});
  return filter ? "" : filter.error().what.substr(std::string_view("--outcome ").size());
}

Check time_problem(Edge edge) {
  return readable([edge](const std::string& text) { return parse_when(text, edge, {}); });
}

constexpr RecordOutcome outcomes[] = {RecordOutcome::event, RecordOutcome::no_change, RecordOutcome::nothing,
                                      RecordOutcome::quarantined, RecordOutcome::erased};

Result<std::optional<Instant>> when(const char* option, const std::string& text, Edge edge, Instant now) {
  if (text.empty()) return std::optional<Instant>{};
  auto instant = parse_when(text, edge, now);
  if (!instant) return Error{Errc::rejected, std::string(option) + ": " + instant.error().what};
  return std::optional<Instant>{*instant};
}
}  // namespace

bool RecordFilter::matches(const RawRecord& record, const std::optional<RecordSummary>& summary,
                           const std::vector<StoredEvent>& events) const {
  if (record.sequence < from || record.sequence > to || !is_inside(record.received, since, until))
    return false;
  if (!trigger.empty() && !(summary && same_word(summary->trigger, trigger))) return false;
  if (outcome && !(summary && summary->outcome == *outcome)) return false;
  if (pending && summary) return false;
  return bookings.empty() || std::ranges::any_of(bookings, [&](const std::string& uid) {
           return (summary && summary->subject == uid) ||
                  std::ranges::any_of(events, [&uid](const StoredEvent& stored) {
                    return stored.event.subject == uid || stored.event.key.value() == uid;
                  });
         });
}

void declare_filters(CLI::App& app, FilterWords& words, FilterSet set) {
  const auto add = [&app](const char* name, auto& into, const char* text, const char* type) {
    return app.add_option(name, into, text)->type_name(type)->group("Filters");
  };
  add("--since", words.since,
      "from this time on, by the time it was taken into the log: 2026-11-20, 2026-11-20T09:30:00Z, or ago: "
      "2h, 7d",
      "TIME")
      ->check(time_problem(Edge::since));
  add("--until", words.until,
      "before this time, by the time it was taken into the log (a date: that day included)", "TIME")
      ->check(time_problem(Edge::until));
  add("--from-seq", words.from, "from this sequence on", "N")->check(whole_number(0));
  add("--to-seq", words.to, "up to this sequence", "N")->check(whole_number(0));
  add("--trigger", words.trigger, "Cal.com's trigger, as BOOKING_CREATED", "NAME");
  add("--booking", words.booking, "a booking's uid; the root of a reschedule chain finds the whole chain",
      "UID");
  add("--person", words.person, "records that mention this e-mail address, and their events", "EMAIL");
  if (set != FilterSet::events)
    add("--outcome", words.outcome, "event, no_change, nothing, quarantined, erased or pending", "WORD")
        ->check(outcome_problem);
  add("--topic", words.topic, "events of this topic (without prefix): bookings, ooo, forms, system, config",
      "NAME")
      ->check(readable(parse_topic));
  add("--type", words.type, "events of this type: booking.created, meeting.*", "TYPE");
  add("--key", words.key, "events with this Kafka key", "KEY");
}

Result<RecordFilter> record_filter(const FilterWords& words, Instant now) {
  RecordFilter filter;
  CALSYNC_TRY(since, "read options", when("--since", words.since, Edge::since, now));
  CALSYNC_TRY(until, "read options", when("--until", words.until, Edge::until, now));
  filter.since = since;
  filter.until = until;
  filter.from = RawSequence{std::max<std::uint64_t>(words.from, 1)};
  filter.to = RawSequence{words.to};
  filter.trigger = words.trigger;
  if (!words.booking.empty()) filter.bookings = {words.booking};
  if (words.outcome.empty()) return filter;
  filter.pending = words.outcome == "pending";
  for (const auto outcome : outcomes)
    if (words.outcome == to_text(outcome)) filter.outcome = outcome;
  if (!filter.pending && !filter.outcome)
    return Error{Errc::rejected,
                 "--outcome is one of event, no_change, nothing, quarantined, erased, pending"};
  return filter;
}

Result<EventFilter> event_filter(const FilterWords& words, Instant now) {
  EventFilter filter;
  CALSYNC_TRY(since, "read options", when("--since", words.since, Edge::since, now));
  CALSYNC_TRY(until, "read options", when("--until", words.until, Edge::until, now));
  filter.since = since;
  filter.until = until;
  filter.from = EventSequence{std::max<std::uint64_t>(words.from, 1)};
  filter.to = EventSequence{words.to};
  filter.trigger = words.trigger;
  if (!words.booking.empty()) filter.bookings = {words.booking};
  filter.type = words.type;
  filter.key = words.key;
  if (words.topic.empty()) return filter;
  const auto topic = parse_topic(words.topic);
  if (!topic) return Error{Errc::rejected, "--topic " + topic.error().what};
  filter.topic = *topic;
  return filter;
}

std::string trimmed_words(const LogCut& cut) {
  if (cut.raw.value() == 0) return "";
  return "trimmed on " + to_text(cut.trimmed) + " (log.retention): records up to " +
         std::to_string(cut.raw.value()) + " and events up to " + std::to_string(cut.event.value()) +
         ", received until " + to_text(cut.received);
}

Result<RecordFilter> record_filter(const FilterWords& words, Instant now, const EventLog& log) {
  CALSYNC_TRY(filter, "read options", record_filter(words, now));
  filter.from = std::max(filter.from, next(log.cut().raw));
  if (words.booking.empty()) return filter;
  CALSYNC_TRY(chain, "--booking", chain_from(log, words.booking));
  filter.bookings = std::move(chain);
  return filter;
}

Result<EventFilter> event_filter(const FilterWords& words, Instant now, const EventLog& log) {
  CALSYNC_TRY(filter, "read options", event_filter(words, now));
  filter.from = std::max(filter.from, next(log.cut().event));
  if (!words.booking.empty()) {
    CALSYNC_TRY(chain, "--booking", chain_from(log, words.booking));
    filter.bookings = std::move(chain);
  }
  if (!words.person.empty()) {
    CALSYNC_TRY(records, "--person", log.records_of(words.person));
    filter.records = std::move(records);
  }
  return filter;
}

}  // namespace calsync::cli
