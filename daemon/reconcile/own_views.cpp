#include "daemon/reconcile/own_views.hpp"

#include "state/views/config_fold.hpp"

namespace calsync {
namespace {

constexpr std::size_t at_a_time = 500, bytes_at_a_time = std::size_t{4} << 20U;

}  // namespace

Result<void> each_record(const EventLog& log, RawSequence from,
                         const std::function<bool(const RawRecord&)>& use) {
  for (RawSequence at = from; at <= log.head().raw;) {
    CALSYNC_TRY(records, "read the log", log.read_raw(at, at_a_time, bytes_at_a_time));
    if (records.empty()) break;
    for (const RawRecord& record : records)
      if (!use(record)) return {};
    at = next(records.back().sequence);
  }
  return {};
}

Result<void> with_own_views(const EventLog& log, const std::function<void(ViewSource&)>& read) try {
  const RawSequence normalised =
      log.head().normalised;  // first: what the views have more is folded twice, and the same
  const auto below = log.views();
  ViewTable views(*below);
  const auto fold = [&](const RawRecord& record) {
    if (record.source == RecordSource::apply && record.body) fold_config(record, views, EventSequence{1});
    return true;
  };
  CALSYNC_CHECK("read the log", each_record(log, next(normalised), fold));
  read(views);
  return {};
} catch (const ViewError& unreadable) {
  return unreadable.error;
}

}  // namespace calsync
