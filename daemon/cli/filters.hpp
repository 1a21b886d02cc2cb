// Which records or events a command is about. Pure; the options that set them are declared here once.
#pragma once
#include "daemon/cli/time_args.hpp"
#include "state/store/event_log.hpp"

namespace CLI {
class App;
}

namespace calsync::cli {

// As typed. `since <= t < until`; a record's time is its arrival, an event's when it happened (ce_time).
struct FilterWords {
  std::string since, until, trigger, booking, person, outcome, topic, type, key;
  std::uint64_t from = 1;
  std::uint64_t to = UINT64_MAX;
};

struct RecordFilter {
  std::optional<Instant> since, until;
  RawSequence from{1}, to{UINT64_MAX};
  std::string trigger;  // any case
  std::string booking;  // subject of the record, or subject or key of one of its events
  std::optional<RecordOutcome> outcome;
  bool pending = false;  // --outcome pending: not read yet

  [[nodiscard]] bool matches(const RawRecord& record, const std::optional<RecordSummary>& summary,
                             const std::vector<StoredEvent>& events) const;
};

struct EventFilter {
  std::optional<Instant> since, until;
  EventSequence from{1}, to{UINT64_MAX};
  std::optional<Topic> topic;
  std::string type;  // "booking.created"; "booking.*"; "calsync." in front is accepted
  std::string key;
  std::string booking;  // subject or key
  std::string trigger;  // of the raw record; the caller has to look it up
  [[nodiscard]] bool matches(const EventRecord& event) const;  // all but `trigger`
  [[nodiscard]] bool matches_trigger(const std::optional<RecordSummary>& summary) const;
};

enum class FilterSet { records, events, both };
void declare_filters(CLI::App& app, FilterWords& words, FilterSet set);
// Fails: rejected, naming the option.
Result<RecordFilter> record_filter(const FilterWords& words, Instant now);
Result<EventFilter> event_filter(const FilterWords& words, Instant now);
bool type_matches(std::string_view pattern, std::string_view type);

}  // namespace calsync::cli
