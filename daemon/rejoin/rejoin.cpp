// The order of the steps is what makes a kill harmless: records first, then the hashes that their events will
// have, then the events; the claim and the end of the note come last.
#include "daemon/rejoin/rejoin.hpp"

#include "daemon/project/projection_pass.hpp"
#include "daemon/publish/ownership.hpp"
#include "daemon/rejoin/rejoin_progress.hpp"
#include "daemon/rejoin/told_stream.hpp"

#include <future>

namespace calsync {
namespace {

// What the log's writer puts down with one sync.
constexpr std::size_t together = 256, bytes_together = std::size_t{1} << 20U;
constexpr std::size_t expected_together = 4096, projected_together = 1024;

// Appends in order, many with one sync. While these are on their way to the disk, the next are gathered; they
// are given to the log only when the ones before are down: a disk that fills up leaves no hole.
class Appender {
 public:
  Appender(EventLog& log, Clock& clock) : log_(log), clock_(clock) {}
  ~Appender() { static_cast<void>(settle()); }
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;

  Result<void> add(RecordSource source, std::string body) {
    bytes_ += body.size();
    waiting_.push_back({source, SourceId{}, "application/json", clock_.wall(), std::move(body)});
    return waiting_.size() < together && bytes_ < bytes_together ? Result<void>{} : send();
  }
  Result<void> add(const RejoinRecord& record) { return add(RecordSource::rejoin, encode(record)); }
  Result<void> flush() {
    CALSYNC_CHECK("append", send());
    return settle();
  }

 private:
  Result<void> send() {
    CALSYNC_CHECK("append", settle());
    answers_ = std::vector<std::promise<Result<Appended>>>(waiting_.size());
    auto answer = answers_.begin();
    for (RawDelivery& delivery : waiting_)
      log_.append(std::move(delivery),
                  [&told = *answer++](Result<Appended> appended) { told.set_value(std::move(appended)); });
    waiting_.clear();
    bytes_ = 0;
    return {};
  }
  Result<void> settle() {
    Result<void> all{};
    for (auto& told : answers_)
      if (auto appended = told.get_future().get(); !appended && all) all = std::move(appended).error();
    answers_.clear();
    return all;
  }

  EventLog& log_;
  Clock& clock_;
  std::vector<RawDelivery> waiting_;
  std::size_t bytes_ = 0;
  std::vector<std::promise<Result<Appended>>> answers_;  // of those on their way
};

class Rejoin {
 public:
  Rejoin(EventLog& log, const RejoinPlan& plan, RejoinProgress done, Clock& clock)
      : log_(log), plan_(plan), done_(std::move(done)), appender_(log, clock), last_(plan.note.raw) {
    last_ = std::max(last_, done_.last_told);
  }

  Result<void> take_in(const RejoinSource& source, const std::function<void(double)>& progress) {
    if (!plan_.cursor || plan_.cursor->sequence <= plan_.from) return {};
    ToldStream stream(source, log_.id(), plan_.from, *plan_.cursor);
    for (std::uint64_t read = 0;;) {
      CALSYNC_TRY(told, "rejoin", stream.next());
      if (!told) break;
      CALSYNC_CHECK("rejoin", take_in_one(*std::move(told)));
      if (progress) progress(0.5 * static_cast<double>(++read) / static_cast<double>(plan_.events));
    }
    CALSYNC_CHECK("rejoin", close_record());
    CALSYNC_CHECK("rejoin", appender_.flush());
    return expect();
  }

  Result<void> end() {
    if (!done_.begun || done_.end) return {};
    CALSYNC_CHECK("rejoin", appender_.add(RejoinRecord{}));
    return appender_.flush();
  }

  Result<void> ask_for_waiting() {
    for (const RawSequence sequence : done_.waiting)
      if (!done_.asked.contains(sequence.value()))
        CALSYNC_CHECK("rejoin", appender_.add(RecordSource::retry,
                                              "{\"retry\":" + std::to_string(sequence.value()) + "}"));
    return appender_.flush();
  }

 private:
  Result<void> take_in_one(Told told) {
    const EventRecord& event = told.event.event;
    expected_.emplace_back(event.sequence, told.event.hash);
    if (expected_.size() >= expected_together) CALSYNC_CHECK("rejoin", expect());
    if (event.raw != open_.raw) CALSYNC_CHECK("rejoin", close_record());
    // Records of the backup tell their events themselves; those of an earlier run stand in the log.
    if (event.raw <= last_) return {};
    open_.kind = RejoinRecord::Kind::events;
    open_.raw = event.raw;
    open_.events.push_back(std::move(told.kafka));
    return {};
  }

  // Every number that was given is given again, so that no record that comes later is taken for a lost one.
  Result<void> close_record() {
    if (open_.events.empty()) return {};
    done_.begun = true;
    for (RawSequence lost = next(last_); lost < open_.raw; lost = next(lost))
      CALSYNC_CHECK("rejoin", appender_.add(RejoinRecord{RejoinRecord::Kind::lost, lost, {}}));
    last_ = open_.raw;
    return appender_.add(std::exchange(open_, {}));
  }

  Result<void> expect() { return log_.expect_events(std::exchange(expected_, {})); }

  EventLog& log_;
  const RejoinPlan& plan_;
  RejoinProgress done_;
  Appender appender_;
  RawSequence last_;   // raw sequences up to here are in the log, or told in it
  RejoinRecord open_;  // the events of one raw record, gathered
  std::vector<std::pair<EventSequence, Digest>> expected_;
};

Result<void> project_up_to(EventLog& log, RawSequence upto, const std::function<void(double)>& progress) {
  while (log.head().normalised < upto) {
    const std::uint64_t left = upto.value() - log.head().normalised.value();
    CALSYNC_TRY(pass, "normalise", project_next(log, std::min<std::uint64_t>(left, projected_together)));
    if (pass.summaries.empty()) return Error{Errc::corrupt, "the log ends before the rejoin does"};
    if (progress)
      progress(0.5 + 0.5 * static_cast<double>(pass.upto.value()) / static_cast<double>(upto.value()));
  }
  return {};
}

// The proof: the log now has the event that the cursor names, under its hash.
Result<void> check_reached(const EventLog& log, const CursorRecord& cursor) {
  if (cursor.sequence.value() == 0) return {};
  CALSYNC_TRY(hash, "rejoin", log.hash_of(cursor.sequence));
  if (hash == cursor.hash) return {};
  return Error{Errc::corrupt, "event " + std::to_string(cursor.sequence.value()) +
                                  " did not come out as Kafka has it: restore the backup anew"};
}

// As the one who wrote the cursor: the next start goes on from it with the next generation.
Result<void> take_claim(EventLog& log, const RejoinSource& source, const CursorRecord& cursor) {
  const Claim claim{cursor.generation, cursor.nonce, cursor.partitions, source.place};
  CALSYNC_CHECK("rejoin", log.set_note(pending_note(source.topic_prefix), ""));
  return log.set_note(claim_note(source.topic_prefix), encode(claim));
}

}  // namespace

Result<void> perform_rejoin(EventLog& log, const RejoinSource& source, const RejoinPlan& plan, Clock& clock,
                            const std::function<void(double)>& progress) {
  CALSYNC_TRY(done, "rejoin", read_progress(log, plan.note));
  Rejoin rejoin(log, plan, done, clock);
  CALSYNC_CHECK("rejoin", rejoin.take_in(source, progress));
  CALSYNC_CHECK("rejoin", rejoin.end());
  CALSYNC_CHECK("rejoin", project_up_to(log, log.head().raw, progress));
  if (plan.cursor) CALSYNC_CHECK("rejoin", check_reached(log, *plan.cursor));
  CALSYNC_CHECK("rejoin", rejoin.ask_for_waiting());
  if (plan.cursor) CALSYNC_CHECK("rejoin", take_claim(log, source, *plan.cursor));
  return log.set_note(restored_note, "");
}

Result<void> mark_waiting(EventLog& log, const RestoredNote& note, Clock& clock) {
  if (log.head().raw > note.raw) return {};  // the first one behind it says so
  Appender appender(log, clock);
  CALSYNC_CHECK("rejoin", appender.add(RejoinRecord{RejoinRecord::Kind::waiting, {}, {}}));
  return appender.flush();
}

}  // namespace calsync
