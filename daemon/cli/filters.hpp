// Which records or events a command is about; the options that set them are declared here once.
#pragma once
#include "daemon/admin/event_filter.hpp"
#include "state/store/event_log.hpp"

namespace CLI {
class App;
}

namespace calsync::cli {

// As typed. `since <= t < until`; t is when the log took the raw record, of an event the one it was made from.
struct FilterWords {
  std::string since, until, trigger, booking, person, outcome, topic, type, key;
  std::uint64_t from = 1;
  std::uint64_t to = UINT64_MAX;
};

struct RecordFilter {
  std::optional<Instant> since, until;
  RawSequence from{1}, to{UINT64_MAX};
  std::string trigger;                // any case
  std::vector<std::string> bookings;  // subject of the record, or subject or key of one of its events
  std::optional<RecordOutcome> outcome;
  bool pending = false;  // --outcome pending: not read yet

  [[nodiscard]] bool matches(const RawRecord& record, const std::optional<RecordSummary>& summary,
                             const std::vector<StoredEvent>& events) const;
};

enum class FilterSet { events, both };
void declare_filters(CLI::App& app, FilterWords& words, FilterSet set);
// Pure, and without what only the log knows. Fails: rejected, naming the option.
Result<RecordFilter> record_filter(const FilterWords& words, Instant now);
Result<EventFilter> event_filter(const FilterWords& words, Instant now);
// What the log no longer has; empty: it has everything.
std::string trimmed_words(const LogCut& cut);
// Not before the log's cut, and with the chain of --booking, and the records of --person. Fails: as reading the log does.
Result<RecordFilter> record_filter(const FilterWords& words, Instant now, const EventLog& log);
Result<EventFilter> event_filter(const FilterWords& words, Instant now, const EventLog& log);

}  // namespace calsync::cli
