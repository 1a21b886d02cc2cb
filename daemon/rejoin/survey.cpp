#include "daemon/publish/ownership.hpp"
#include "daemon/rejoin/foretold.hpp"
#include "daemon/rejoin/rejoin_progress.hpp"
#include "daemon/rejoin/told_stream.hpp"

namespace calsync {
namespace {

// Is it this log's cursor, and is what both have the same?
Result<void> check_cursor(const EventLog& log, const RejoinSource& source,
                          const std::optional<CursorRecord>& cursor) {
  if (!cursor) {
    CALSYNC_TRY(held, "rejoin", log.note(claim_note(source.topic_prefix)));
    if (!held) return {};
    return Error{
        Errc::conflict,
        "this log has published, but its cursor is not in Kafka: name the right kafka.bootstrap_servers "
        "and topic_prefix; where the topics are really gone, set a new kafka.topic_prefix"};
  }
  if (cursor->log != log.id())
    return Error{Errc::foreign, "these topics belong to another log (" + cursor->log.value() +
                                    "): set this log's own kafka.topic_prefix"};
  if (cursor->sequence.value() == 0 || cursor->sequence > log.head().event) return {};
  CALSYNC_TRY(hash, "rejoin", log.hash_of(cursor->sequence));
  if (hash == cursor->hash) return {};
  return Error{Errc::corrupt, "event " + std::to_string(cursor->sequence.value()) +
                                  " of this log is not the one that was published: restore a backup of the "
                                  "log that published it"};
}

void count_untold(RejoinPlan& plan, RawSequence told) {
  if (told > next(plan.last_told)) {
    plan.untold.emplace_back(next(plan.last_told), RawSequence{told.value() - 1});
    plan.untold_records += told.value() - plan.last_told.value() - 1;
  }
  plan.last_told = std::max(plan.last_told, told);
}

Result<void> read_told_events(const EventLog& log, const RejoinSource& source, RejoinPlan& plan,
                              const std::function<void(double)>& progress) {
  CALSYNC_TRY(foretold, "rejoin", Foretold::make(log, plan.note.raw));
  ToldStream stream(source, log.id(), plan.from, *plan.cursor);
  const auto all = static_cast<double>(plan.cursor->sequence.value() - plan.from.value());
  for (;;) {
    CALSYNC_TRY(told, "rejoin", stream.next());
    if (!told) return {};
    const EventRecord& event = told->event.event;
    CALSYNC_CHECK("compare", foretold.compare(plan.events, event));
    count_untold(plan, event.raw);
    if (event.type == "subject.erased") ++plan.erasures;
    ++plan.events;
    if (progress) progress(static_cast<double>(plan.events) / all);
  }
}

}  // namespace

Result<std::optional<RejoinPlan>> survey_rejoin(const EventLog& log, const RejoinSource& source,
                                                const std::function<void(double)>& progress) {
  CALSYNC_TRY(note, "rejoin", restored(log));
  if (!note) return std::optional<RejoinPlan>{};
  RejoinPlan plan;
  plan.note = *note;
  CALSYNC_TRY(cursor, "rejoin", source.cursor());
  CALSYNC_CHECK("rejoin", check_cursor(log, source, cursor));
  plan.cursor = std::move(cursor);
  plan.from = log.head().event;
  CALSYNC_TRY(done, "rejoin", read_progress(log, *note));
  plan.last_told = std::max(note->raw, done.last_told);
  plan.waiting = done.waiting.size() - done.asked.size();
  if (plan.cursor && plan.cursor->sequence > plan.from)
    CALSYNC_CHECK("rejoin", read_told_events(log, source, plan, progress));
  return std::optional(std::move(plan));
}

}  // namespace calsync
