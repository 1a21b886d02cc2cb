#include "daemon/project/projection_pass.hpp"

#include <charconv>
#include <exception>

namespace calsync {
namespace {

constexpr std::size_t pass_bytes = std::size_t{2} << 20U;
constexpr std::size_t rebuild_records = 256;

Result<Projection> gather(EventLog& log, const LogHead& head, const std::vector<RawRecord>& records) {
  const auto known = log.views();
  ViewTable views(*known);
  Projection projection;
  projection.upto = head.normalised;
  EventSequence first_event = next(head.event);
  for (const RawRecord& record : records) {
    CALSYNC_TRY(read, "record " + std::to_string(record.sequence.value()),
                read_record(log, record, views, first_event));
    first_event = EventSequence{first_event.value() + read.result.events.size()};
    add_outcome(projection, record.sequence, std::move(read));
  }
  projection.views = views.take();
  return projection;
}

}  // namespace

void add_outcome(Projection& projection, RawSequence record, ReadRecord read) {
  if (read.retried) {  // the older record is what people look for, in the list and by e-mail
    projection.summaries.emplace_back(*read.retried, read.result.summary);
    projection.retries.push_back(record);
  }
  projection.summaries.emplace_back(record, std::move(read.result.summary));
  for (EventRecord& event : read.result.events) projection.events.push_back(std::move(event));
  projection.upto = record;
}

// A view that cannot be read, or a library that gives up, throws: that is the log's trouble, not the
// record's.
Result<PassDone> project_next(EventLog& log, std::size_t count) try {
  const LogHead head = log.head();
  CALSYNC_TRY(records, "read raw", log.read_raw(next(head.normalised), count, pass_bytes));
  if (records.empty()) return PassDone{};
  CALSYNC_TRY(projection, "normalise", gather(log, head, records));
  PassDone done{projection.summaries, projection.upto, projection.events.size()};
  CALSYNC_CHECK("commit", log.commit(std::move(projection)));
  return done;
} catch (const std::exception& failure) {
  return Error{Errc::io, std::string("normalise: ") + failure.what()};
}

Result<void> finish_rebuild(EventLog& log, const std::function<void(double)>& progress) {
  CALSYNC_TRY(note, "read note", log.note(rebuild_note));
  if (!note) return {};
  std::uint64_t upto = 0;
  std::from_chars(note->data(), note->data() + note->size(), upto);
  while (log.head().normalised.value() < upto) {
    CALSYNC_TRY(done, "rebuild", project_next(log, rebuild_records));
    if (done.summaries.empty())
      return Error{Errc::corrupt, "the log ends before record " + std::to_string(upto)};
    if (progress) progress(static_cast<double>(done.upto.value()) / static_cast<double>(upto));
  }
  return log.set_note(rebuild_note, "");
}

}  // namespace calsync
