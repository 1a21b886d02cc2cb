#include "daemon/project/projection_pass.hpp"

#include <algorithm>
#include <charconv>
#include <exception>

namespace calsync {
namespace {

constexpr std::size_t read_bytes = std::size_t{2} << 20U;
// A big booking is told whole in each of its events: few small records may make much.
constexpr std::size_t made_bytes = std::size_t{4} << 20U;
constexpr std::size_t rebuild_records = 1024;

enum class Reading { first_time, again };

struct Pass {
  Projection projection;
  PassDone done;
  std::size_t made = 0;  // bytes of events and summaries; the views count their own
};

std::size_t size_of(const Normalised& result) {
  std::size_t size = 0;
  for (const EventRecord& event : result.events) {
    size += event.value.size();
    for (const StateValue& state : event.states) size += state.json.size();
  }
  for (const std::string& person : result.summary.people) size += person.size();
  return size;
}

Result<Pass> gather(EventLog& log, const LogHead& head, std::vector<RawRecord>& records, RulesByVersion known,
                    Reading reading) {
  const std::uint64_t erasures = log.erasures();
  const auto before = log.views();
  ViewTable views(*before);
  Pass pass;
  pass.projection.again = reading == Reading::again;
  pass.projection.erasures = erasures;
  EventSequence first_event = next(head.event);
  for (RawRecord& record : records) {
    if (reading == Reading::first_time) record.noted_version = 0;  // what the log notes is of those before it
    const std::string name = "record " + std::to_string(record.sequence.value());
    CALSYNC_TRY(rules, name, rules_of(known, record.noted_version));
    CALSYNC_TRY(read, name, read_record(log, rules, record, views, first_event));
    first_event = EventSequence{first_event.value() + read.result.events.size()};
    pass.made += size_of(read.result);
    pass.done.summaries.emplace_back(record.sequence, read.result.summary);
    add_outcome(pass.projection, record.sequence, std::move(read));
    if (pass.made + views.bytes() > made_bytes) break;  // the next pass goes on here
  }
  pass.projection.views = views.take();
  pass.done.upto = pass.projection.upto;
  pass.done.events = pass.projection.events.size();
  return pass;
}

Result<PassDone> project(EventLog& log, std::size_t count, RulesByVersion known, Reading reading) try {
  const LogHead head = log.head();
  CALSYNC_TRY(records, "read raw", log.read_raw(next(head.normalised), count, read_bytes));
  if (records.empty()) return PassDone{};
  CALSYNC_TRY(pass, "normalise", gather(log, head, records, known, reading));
  const std::uint64_t erasures = pass.projection.erasures;
  const auto committed = log.commit(std::move(pass.projection));
  if (!committed && log.erasures() != erasures)
    return project(log, count, known, reading);  // on the views of now
  CALSYNC_CHECK("commit", committed);
  return std::move(pass.done);
} catch (const ViewError& failure) {
  return Error(failure.error).within("normalise");
} catch (const std::exception& failure) {
  return Error{Errc::io, std::string("normalise: ") + failure.what()};
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

Result<PassDone> project_next(EventLog& log, std::size_t count, RulesByVersion known) {
  return project(log, count, known, Reading::first_time);
}

Result<void> finish_rebuild(EventLog& log, const std::function<void(double)>& progress,
                            RulesByVersion known) {
  CALSYNC_TRY(note, "read note", log.note(rebuild_note));
  if (!note) return {};
  std::uint64_t upto = 0;
  const std::string_view digits = *note;
  std::from_chars(digits.data(), digits.data() + digits.size(), upto);
  // Also where an earlier run was cut short in it: nothing is projected on half of the views.
  if (log.head().normalised == log.cut().raw) CALSYNC_CHECK("rebuild", log.fill_views());
  while (log.head().normalised.value() < upto) {
    // Not beyond: what nobody has read yet is for the newest rules.
    const std::uint64_t left = upto - log.head().normalised.value();
    CALSYNC_TRY(done, "rebuild",
                project(log, std::min<std::uint64_t>(left, rebuild_records), known, Reading::again));
    if (done.summaries.empty())
      return Error{Errc::corrupt, "the log ends before record " + std::to_string(upto)};
    if (progress)
      progress(static_cast<double>(done.upto.value() - log.cut().raw.value()) /
               static_cast<double>(upto - log.cut().raw.value()));
  }
  return log.set_note(rebuild_note, "");
}

}  // namespace calsync
