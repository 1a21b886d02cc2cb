#include "daemon/cli/scan.hpp"

#include <deque>

namespace calsync::cli {

namespace {
constexpr std::size_t chunk_records = 512;
constexpr std::size_t chunk_bytes = 8U << 20U;

// The body of a retry is ours, and short: {"retry":36}.
std::string retried_by(const RawRecord& record) {
  constexpr std::string_view before = "{\"retry\":";
  if (record.source != RecordSource::retry || !record.body || !record.body->starts_with(before)) return "";
  const std::string_view rest = std::string_view(*record.body).substr(before.size());
  const auto digits = rest.substr(0, rest.find_first_not_of("0123456789"));
  return digits.empty() ? "" : "raw/" + std::string(digits);
}

bool listed(const ScanOptions& options, RawSequence sequence) {
  return !options.only || std::binary_search(options.only->begin(), options.only->end(), sequence);
}

Result<void> go_on(const ScanOptions& options, std::uint64_t done, std::uint64_t total) {
  if (options.stop.stop_requested()) return Error{Errc::cancelled, "interrupted"};
  if (options.told) options.told(done, total);
  return {};
}

Result<std::vector<StoredEvent>> read_events(const EventLog& log, EventSequence first, EventSequence last) {
  std::vector<StoredEvent> all;
  while (first <= last) {
    CALSYNC_TRY(part, "read events", log.read_events(first, last.value() - first.value() + 1, chunk_bytes));
    std::erase_if(part,
                  [last](const StoredEvent& one) { return one.event.sequence > last; });  // behind a cut
    if (part.empty()) break;
    first = next(part.back().event.sequence);
    std::move(part.begin(), part.end(), std::back_inserter(all));
  }
  return all;
}

Result<std::vector<RecordRow>> read_rows(const EventLog& log, RawSequence first, RawSequence last) {
  std::vector<RecordRow> rows;
  while (first <= last) {
    CALSYNC_TRY(part, "read raw records", log.read_raw(first, last.value() - first.value() + 1, chunk_bytes));
    std::erase_if(part, [last](const RawRecord& one) { return one.sequence > last; });  // behind a cut
    if (part.empty()) break;
    first = next(part.back().sequence);
    for (auto& record : part) {
      RecordRow row;
      row.bytes = record.body ? record.body->size() : 0;
      row.retried = retried_by(record);
      if (record.body) record.body.emplace();  // erased ones stay nullopt
      row.record = std::move(record);
      CALSYNC_TRY(summary, "read the summary", log.summary(row.record.sequence));
      row.summary = std::move(summary);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

// Gives each row its events: both ascend, so one walk over the events is enough.
Result<void> join_events(const EventLog& log, std::vector<RecordRow>& rows) {
  if (rows.empty()) return {};
  CALSYNC_TRY(next_event, "find the events", first_event_from(log, rows.front().record.sequence));
  const RawSequence last = rows.back().record.sequence;
  std::size_t at = 0;
  for (EventSequence from = next_event; from <= log.head().event;) {
    CALSYNC_TRY(events, "read events", log.read_events(from, chunk_records, chunk_bytes));
    if (events.empty()) return {};
    for (auto& stored : events) {
      if (stored.event.raw > last) return {};
      while (at < rows.size() && rows[at].record.sequence < stored.event.raw) ++at;
      stored.event.value.clear();
      stored.event.states.clear();
      from = next(stored.event.sequence);
      if (at < rows.size() && rows[at].record.sequence == stored.event.raw)
        rows[at].events.push_back(std::move(stored));
    }
  }
  return {};
}

template <class T>
std::vector<T> in_order(std::deque<T>& found) {
  return {std::make_move_iterator(found.begin()), std::make_move_iterator(found.end())};
}

Result<std::vector<RecordRow>> records_of_person(const EventLog& log, const RecordFilter& filter,
                                                 const ScanOptions& options) {
  std::deque<RecordRow> found;
  const auto& only = *options.only;
  for (std::size_t i = only.size(); i-- > 0 && found.size() < options.limit;) {
    CALSYNC_CHECK("list records", go_on(options, only.size() - i, only.size()));
    if (only[i] < filter.from || only[i] > filter.to) continue;
    CALSYNC_TRY(row, "list records", read_row(log, only[i]));
    if (row.record.body) row.record.body.emplace();
    if (filter.matches(row.record, row.summary, row.events)) found.push_front(std::move(row));
  }
  return in_order(found);
}
}  // namespace

Result<EventSequence> first_event_from(const EventLog& log, RawSequence raw) {
  std::uint64_t low = log.cut().event.value() + 1;
  std::uint64_t high = log.head().event.value() + 1;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    CALSYNC_TRY(stored, "search the events", log.event(EventSequence{middle}));
    if (stored.event.raw < raw)
      low = middle + 1;
    else
      high = middle;
  }
  return EventSequence{low};
}

Result<std::vector<StoredEvent>> events_of(const EventLog& log, RawSequence raw) {
  std::vector<StoredEvent> found;
  CALSYNC_TRY(first, "find the events", first_event_from(log, raw));
  for (EventSequence at = first; at <= log.head().event; at = next(at)) {
    CALSYNC_TRY(stored, "read an event", log.event(at));
    if (stored.event.raw != raw) break;
    found.push_back(std::move(stored));
  }
  return found;
}

Result<RecordRow> read_row(const EventLog& log, RawSequence sequence) {
  RecordRow row;
  CALSYNC_TRY(record, "read raw record " + std::to_string(sequence.value()), log.raw(sequence));
  row.bytes = record.body ? record.body->size() : 0;
  row.retried = retried_by(record);
  row.record = std::move(record);
  CALSYNC_TRY(summary, "read the summary", log.summary(sequence));
  row.summary = std::move(summary);
  CALSYNC_TRY(events, "read its events", events_of(log, sequence));
  row.events = std::move(events);
  return row;
}

Result<std::vector<RecordRow>> newest_records(const EventLog& log, const RecordFilter& filter,
                                              const ScanOptions& options) {
  if (options.only) return records_of_person(log, filter, options);
  std::deque<RecordRow> found;
  const RawSequence last = std::min(filter.to, log.head().raw);
  std::uint64_t high = last.value();
  while (high >= filter.from.value() && found.size() < options.limit) {
    const std::uint64_t low =
        std::max(filter.from.value(), high >= chunk_records ? high - chunk_records + 1 : 1);
    CALSYNC_CHECK("list records",
                  go_on(options, last.value() - high, last.value() - filter.from.value() + 1));
    CALSYNC_TRY(rows, "list records", read_rows(log, RawSequence{low}, RawSequence{high}));
    CALSYNC_CHECK("list records", join_events(log, rows));
    for (auto row = rows.rbegin(); row != rows.rend() && found.size() < options.limit; ++row)
      if (filter.matches(row->record, row->summary, row->events)) found.push_front(std::move(*row));
    high = low - 1;
  }
  return in_order(found);
}

Result<void> each_record(const EventLog& log, const RecordFilter& filter, const ScanOptions& options,
                         const std::function<Result<bool>(RecordRow&)>& each) {
  const std::uint64_t last = std::min(filter.to, log.head().raw).value();
  for (std::uint64_t low = filter.from.value(); low <= last; low += chunk_records) {
    CALSYNC_CHECK("list records", go_on(options, low - filter.from.value(), last - filter.from.value() + 1));
    CALSYNC_TRY(rows, "list records",
                read_rows(log, RawSequence{low}, RawSequence{std::min(last, low + chunk_records - 1)}));
    CALSYNC_CHECK("list records", join_events(log, rows));
    for (auto& row : rows) {
      if (!listed(options, row.record.sequence) || !filter.matches(row.record, row.summary, row.events))
        continue;
      CALSYNC_TRY(more, "list records", each(row));
      if (!more) return {};
    }
  }
  return {};
}

Result<std::vector<StoredEvent>> newest_events(const EventLog& log, const EventFilter& filter,
                                               const ScanOptions& options) {
  std::deque<StoredEvent> found;
  const EventSequence last = std::min(filter.to, log.head().event);
  std::uint64_t high = last.value();
  while (high >= filter.from.value() && found.size() < options.limit) {
    const std::uint64_t low =
        std::max(filter.from.value(), high >= chunk_records ? high - chunk_records + 1 : 1);
    CALSYNC_CHECK("list events", go_on(options, last.value() - high, last.value() - filter.from.value() + 1));
    CALSYNC_TRY(events, "list events", read_events(log, EventSequence{low}, EventSequence{high}));
    for (auto stored = events.rbegin(); stored != events.rend() && found.size() < options.limit; ++stored) {
      CALSYNC_TRY(wanted, "list events", filter.matches(log, stored->event));
      if (wanted) found.push_front(std::move(*stored));
    }
    high = low - 1;
  }
  return in_order(found);
}

Result<void> each_event(const EventLog& log, const EventFilter& filter, const ScanOptions& options,
                        const std::function<Result<bool>(const StoredEvent&)>& each) {
  const EventSequence last = std::min(filter.to, log.head().event);
  for (EventSequence at = filter.from; at <= last;) {
    CALSYNC_CHECK("read events",
                  go_on(options, at.value() - filter.from.value(), last.value() - filter.from.value() + 1));
    CALSYNC_TRY(events, "read events", log.read_events(at, chunk_records, chunk_bytes));
    if (events.empty()) break;
    for (const auto& stored : events) {
      if (stored.event.sequence > last) return {};
      at = next(stored.event.sequence);
      CALSYNC_TRY(wanted, "read events", filter.matches(log, stored.event));
      if (!wanted) continue;
      CALSYNC_TRY(more, "event " + std::to_string(stored.event.sequence.value()), each(stored));
      if (!more) return {};
    }
  }
  return {};
}

}  // namespace calsync::cli
