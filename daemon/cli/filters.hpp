// Which records or events a command is about. Pure; the options that set them are declared here once.
#pragma once
#include "daemon/admin/event_filter.hpp"
#include "daemon/cli/time_args.hpp"
#include "state/store/event_log.hpp"

namespace CLI {
class App;
}

namespace calsync::cli {

// As typed. `since <= t < until`; t is when the raw record was taken into the log, of an event the one it was
// made from.
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

struct EventSearch : EventFilter {
  // Of the raw record, as its trigger: the caller has to look it up.
  std::optional<Instant> taken_since, taken_until;
  std::string trigger;
  [[nodiscard]] bool asks_for_time() const { return taken_since || taken_until; }
  [[nodiscard]] bool matches_time(Instant taken) const;
  [[nodiscard]] bool matches_trigger(const std::optional<RecordSummary>& summary) const;
};

enum class FilterSet { records, events, both };
void declare_filters(CLI::App& app, FilterWords& words, FilterSet set);
// Fails: rejected, naming the option.
Result<RecordFilter> record_filter(const FilterWords& words, Instant now);
Result<EventSearch> event_filter(const FilterWords& words, Instant now);

}  // namespace calsync::cli
