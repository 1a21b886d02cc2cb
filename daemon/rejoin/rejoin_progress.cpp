#include "daemon/rejoin/rejoin_progress.hpp"

#include "daemon/project/projection_pass.hpp"
#include "daemon/project/told_event.hpp"

namespace calsync {
namespace {

constexpr std::size_t progress_records = 256, progress_bytes = std::size_t{4} << 20U;

Result<void> note_record(const RawRecord& record, RejoinProgress& progress) {
  if (record.source == RecordSource::rejoin) {
    progress.begun = true;
    if (!record.body) return {};
    CALSYNC_TRY(told, "rejoin", decode_rejoin(*record.body));
    if (told.kind == RejoinRecord::Kind::end) progress.end = record.sequence;
    progress.last_told = std::max(progress.last_told, told.raw);
  } else if (record.source == RecordSource::retry) {
    if (const auto target = record.body ? retry_target(*record.body) : std::nullopt; target && progress.end)
      progress.asked.insert(target->value());
  } else if (!progress.end) {
    progress.waiting.push_back(record.sequence);
  }
  return {};
}

}  // namespace

Result<RejoinProgress> read_progress(const EventLog& log, const RestoredNote& note) {
  RejoinProgress progress;
  for (RawSequence first = next(note.raw); first <= log.head().raw;) {
    CALSYNC_TRY(records, "read raw", log.read_raw(first, progress_records, progress_bytes));
    for (const RawRecord& record : records) CALSYNC_CHECK("read raw", note_record(record, progress));
    if (records.empty()) break;
    first = next(records.back().sequence);
  }
  return progress;
}

}  // namespace calsync
