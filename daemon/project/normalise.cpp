// Which reader a raw record gets, by its source. A retry stands in the log as a record of its own, so that a
// rebuild meets it at the same place: it reads the older record with what is known *then*, and its events
// carry the retry's raw sequence (raw sequences of events never go down) but the older record's time, origin
// and body.
#include "daemon/project/projection_pass.hpp"
#include "daemon/project/read_rejoin.hpp"
#include "state/views/config_fold.hpp"
#include "state/views/fold.hpp"

#include <boost/json.hpp>

#include <charconv>

namespace calsync {
namespace {

// In the views, so that a rebuild knows at each place what was in quarantine there.
constexpr std::string_view quarantine_rows = "quarantine/";
std::string quarantine_row(RawSequence sequence) {
  return std::string(quarantine_rows) + std::to_string(sequence.value());
}

Normalised only(RecordOutcome outcome, std::string reason = {}) {
  Normalised out;
  out.summary.outcome = outcome;
  out.summary.reason = std::move(reason);
  return out;
}

// An erased record makes no new event; those that it made before its key was destroyed stay where they are.
Result<Normalised> read_erased(const EventLog& log, RawSequence record, EventSequence first_event) {
  Normalised out = only(RecordOutcome::erased);
  for (EventSequence sequence = first_event;; sequence = next(sequence)) {
    CALSYNC_TRY(event, "erased event", log.erased_event(sequence));
    if (!event || event->raw != record) return out;
    out.events.push_back(*std::move(event));
  }
}

Result<Normalised> read_webhook(const EventLog& log, Rules rules, const RawRecord& record, ViewTable& views,
                                EventSequence first_event) {
  if (!record.body) {
    note_received(views, record.received);  // as when it was read: later records are judged by it
    return read_erased(log, record.sequence, first_event);
  }
  return apply_rules(rules, record, views, first_event);
}

// By the rules of the retry, not of the record: that there are newer ones is why somebody asked.
Result<ReadRecord> read_retry(const EventLog& log, Rules rules, const RawRecord& record, ViewTable& views,
                              EventSequence first_event) {
  if (!record.body) return ReadRecord{only(RecordOutcome::erased), {}};
  const auto target = retry_target(*record.body);
  if (!target || *target >= record.sequence)
    return ReadRecord{only(RecordOutcome::nothing, "a retry that names no earlier record"), {}};
  const std::string row = quarantine_row(*target);
  if (!views.get(row))
    return ReadRecord{
        only(RecordOutcome::nothing, "record " + std::to_string(target->value()) + " is not in quarantine"),
        {}};
  CALSYNC_TRY(older, "read the record to retry", log.raw(*target));
  older.sequence = record.sequence;
  CALSYNC_TRY(result, "retry", read_webhook(log, rules, older, views, first_event));
  if (result.summary.outcome != RecordOutcome::quarantined) views.erase(row);
  return ReadRecord{std::move(result), target};
}

// Our own calls, what they made ours, and what became of each change.
Result<ReadRecord> read_own(const EventLog& log, const RawRecord& record, ViewTable& views,
                            EventSequence first_event) {
  if (record.body) return ReadRecord{fold_config(record, views, first_event), {}};
  CALSYNC_TRY(erased, "apply", read_erased(log, record.sequence, first_event));
  return ReadRecord{std::move(erased), {}};
}

}  // namespace

std::optional<RawSequence> quarantined_in(std::string_view view) {
  if (!view.starts_with(quarantine_rows)) return std::nullopt;
  view.remove_prefix(quarantine_rows.size());
  std::uint64_t number = 0;
  const auto read = std::from_chars(view.data(), view.data() + view.size(), number);
  if (read.ec != std::errc{} || read.ptr != view.data() + view.size()) return std::nullopt;
  return RawSequence{number};
}

// {"retry": N}
std::optional<RawSequence> retry_target(const std::string& body) {
  boost::system::error_code failed;
  const boost::json::value value = boost::json::parse(body, failed);
  if (failed || !value.is_object()) return std::nullopt;
  const boost::json::value* number = value.as_object().if_contains("retry");
  if (number == nullptr) return std::nullopt;
  const auto sequence = number->to_number<std::uint64_t>(failed);
  if (failed || sequence == 0) return std::nullopt;
  return RawSequence{sequence};
}

Result<ReadRecord> read_record(const EventLog& log, Rules rules, const RawRecord& record, ViewTable& views,
                               EventSequence first_event) {
  ReadRecord read;
  CALSYNC_TRY(left, "erased record", log.left_of(record.sequence));
  if (left) {
    views.apply(*std::move(left));
    CALSYNC_TRY(erased, "erased record", read_erased(log, record.sequence, first_event));
    read.result = std::move(erased);
    return read;
  }
  if (record.source == RecordSource::rejoin && record.body) {
    CALSYNC_TRY(result, "rejoin", read_rejoin(record, views, first_event));
    read.result = std::move(result);
    return read;
  }
  if (record.source == RecordSource::apply) return read_own(log, record, views, first_event);
  if (waits_for_rejoin(views)) {
    if (record.source == RecordSource::retry)
      return ReadRecord{only(RecordOutcome::nothing, waits_reason), {}};
    read.result = only(RecordOutcome::quarantined, waits_reason);
    views.put(quarantine_row(record.sequence), "");
    return read;
  }
  switch (record.source) {
    case RecordSource::retry:
      return read_retry(log, rules, record, views, first_event);
    case RecordSource::rejoin: {  // erased
      CALSYNC_TRY(result, "rejoin", read_erased(log, record.sequence, first_event));
      read.result = std::move(result);
      break;
    }
    case RecordSource::poll:
    case RecordSource::webhook: {
      CALSYNC_TRY(result, "webhook", read_webhook(log, rules, record, views, first_event));
      read.result = std::move(result);
      break;
    }
    default:
      read.result =
          only(RecordOutcome::quarantined,
               std::string("this version does not read records of source ") + to_text(record.source));
  }
  if (read.result.summary.outcome == RecordOutcome::quarantined)
    views.put(quarantine_row(record.sequence), "");
  return read;
}

}  // namespace calsync
