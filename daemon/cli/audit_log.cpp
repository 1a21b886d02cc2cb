#include "daemon/cli/audit_sources.hpp"
#include "state/store/repeats.hpp"

namespace calsync::cli {
namespace {

// As it is now: a record is there once, however often it was read again.
Result<std::size_t> quarantined_from(const EventLog& log, RawSequence first) {
  constexpr std::size_t at_once = 256;
  std::size_t count = 0;
  for (RawSequence after{first.value() - 1};;) {
    CALSYNC_TRY(held, "read quarantine", log.quarantine(after, at_once));
    count += held.size();
    if (held.size() < at_once) return count;
    after = held.back().sequence;
  }
}

}  // namespace

Result<LogSide> read_log_side(const EventLog& log, Instant since, Instant due, const ScanOptions& scan) {
  LogSide side;
  side.first = next(log.head().event);
  audit::History history;
  RecordFilter filter;
  filter.since = since;
  bool first = true;
  CALSYNC_CHECK("read the log", each_record(log, filter, scan, [&](RecordRow& row) -> Result<bool> {
                  ++side.records;
                  std::vector<EventRecord> events;
                  for (auto& stored : row.events) events.push_back(std::move(stored.event));
                  if (first) {
                    CALSYNC_TRY(event, "find its events", first_event_from(log, row.record.sequence));
                    side.first = event;
                    CALSYNC_TRY(held, "read the log", quarantined_from(log, row.record.sequence));
                    side.quarantined = held;
                    first = false;
                  }
                  if (!events.empty() && row.record.received <= due) side.settled = events.back().sequence;
                  if (!row.summary) return true;
                  history.take(row.record, *row.summary, events);
                  CALSYNC_TRY(times, "read the log", repeats_of(log, row.record.sequence));
                  if (times > 0) history.came_again(row.record, *row.summary, times);
                  return true;
                }));
  side.history = history.take_findings();
  return side;
}

IntakeAttempts attempts_in(std::string_view metrics) {
  IntakeAttempts attempts;
  while (!metrics.empty()) {
    const auto end = metrics.find('\n');
    const std::string line(metrics.substr(0, end));
    metrics.remove_prefix(end == std::string_view::npos ? metrics.size() : end + 1);
    const auto value = line.rfind(' ');
    if (line.starts_with('#') || value == std::string::npos) continue;
    const auto number = static_cast<std::uint64_t>(std::strtod(line.c_str() + value, nullptr));
    if (line.starts_with("calsync_intake_bad_signatures_total")) attempts.bad_signatures += number;
    if (line.starts_with("calsync_intake_requests_total") && line.find("\"duplicate\"") != std::string::npos)
      attempts.duplicates += number;
  }
  return attempts;
}

}  // namespace calsync::cli
