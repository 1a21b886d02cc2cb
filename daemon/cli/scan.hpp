// Walks over the log that hold a bounded part of it in memory, whatever its size.
#pragma once
#include "daemon/cli/filters.hpp"

#include <functional>

namespace calsync::cli {

// One raw record with what became of it.
struct RecordRow {
  RawRecord record;  // without its body in lists
  std::size_t bytes = 0;
  std::optional<RecordSummary> summary;
  std::vector<StoredEvent> events;
  std::string retried;  // "raw/36": of a retry the record that was to be read again; else empty
};
Result<RecordRow> read_row(const EventLog& log, RawSequence sequence);

// Events made from this raw record, in order: a binary search, for they follow the order of their records.
Result<std::vector<StoredEvent>> events_of(const EventLog& log, RawSequence raw);
// The first event made from `raw` or a later record; one past the head where there is none.
Result<EventSequence> first_event_from(const EventLog& log, RawSequence raw);

using Told = std::function<void(std::uint64_t done, std::uint64_t total)>;
struct ScanOptions {
  std::size_t limit = SIZE_MAX;                  // the newest that many
  std::optional<std::vector<RawSequence>> only;  // records: of one person, ascending
  std::stop_token stop;
  Told told;
};
// The newest matching records, ascending; bodies are left out. Fails: cancelled.
Result<std::vector<RecordRow>> newest_records(const EventLog& log, const RecordFilter& filter,
                                              const ScanOptions& options);
// The newest matching events, ascending; values are kept.
Result<std::vector<StoredEvent>> newest_events(const EventLog& log, const EventFilter& filter,
                                               const ScanOptions& options);
// Every match, ascending, one at a time. `each` returns false to end early.
Result<void> each_record(const EventLog& log, const RecordFilter& filter, const ScanOptions& options,
                         const std::function<Result<bool>(RecordRow&)>& each);
Result<void> each_event(const EventLog& log, const EventFilter& filter, const ScanOptions& options,
                        const std::function<Result<bool>(const StoredEvent&)>& each);

}  // namespace calsync::cli
