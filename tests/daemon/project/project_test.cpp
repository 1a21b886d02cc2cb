#include "daemon/project/project.hpp"

#include "daemon/project/projection_pass.hpp"
#include "tests/state/store/log_fixture.hpp"
#include "tests/support/erase_keys.hpp"

#include <future>

namespace calsync {
namespace {

std::string fixture(const std::string& name) {
  return read_file(std::string(CALSYNC_SOURCE_DIR) + "/tests/fixtures/webhooks/" + name);
}

RawSequence ask_again(EventLog& log, std::uint64_t sequence) {
  RawDelivery asked = delivery("{\"retry\":" + std::to_string(sequence) + "}", "");
  asked.source = RecordSource::retry;
  return log.append_and_wait(asked).value().sequence;
}

void project_all(EventLog& log) {
  while (log.head().normalised < log.head().raw) {
    const auto done = project_next(log, 3);
    ASSERT_TRUE(done) << done.error().text();
  }
}

RecordSummary summary_of(const EventLog& log, std::uint64_t sequence) {
  return log.summary(RawSequence{sequence}).value().value();
}

class ProjectLog : public testing::Test {
 protected:
  TempDir dir_;
  std::unique_ptr<OpenLog> open_ = must_open(dir_.path() / "log");
  EventLog& log_ = *open_->log;

  void append_life() {
    for (const char* name :
         {"BOOKING_CREATED.json", "BOOKING_RESCHEDULED.json", "PING.json", "MEETING_STARTED.json",
          "BOOKING_CANCELLED.json", "OOO_CREATED.json", "FORM_SUBMITTED.json", "BOOKING_PAID.json"})
      append(log_, fixture(name));
    append(log_, "[[[ not json");
    append(log_, "false");
  }
};

TEST_F(ProjectLog, ReadsEveryRecordOnceAndInOrder) {
  append_life();
  std::promise<Error> ended;
  const auto projector = Projector::start(log_, open_->clock, open_->metrics,
                                          [&](Error error) { ended.set_value(std::move(error)); });
  projector->begin();
  const RawSequence last = log_.head().raw;
  while (log_.head().normalised < last)
    log_.wait_for_event(log_.head().event, {}, std::chrono::milliseconds{10});
  projector->stop();
  RawSequence before;
  for (const StoredEvent& stored : log_.read_events(EventSequence{1}, 100, 1U << 20U).value()) {
    EXPECT_GE(stored.event.raw, before) << "raw sequences of events never go down";
    before = stored.event.raw;
  }
  for (std::uint64_t raw = 1; raw <= last.value(); ++raw)
    EXPECT_TRUE(log_.summary(RawSequence{raw}).value().has_value()) << raw;
  EXPECT_EQ(log_.verify({})->damage, std::vector<std::string>{});
  EXPECT_NE(open_->metrics.text().find("calsync_normalised_total{outcome=\"quarantined\"} 2"),
            std::string::npos);
}

TEST_F(ProjectLog, ReadsNothingBeforeItIsToldToBegin) {
  append_life();
  const auto projector = Projector::start(log_, open_->clock, open_->metrics, {});
  EXPECT_FALSE(log_.wait_for_event(EventSequence{}, {}, std::chrono::milliseconds{300}));
  EXPECT_EQ(log_.head().normalised, RawSequence{});
  projector->begin();
  while (log_.head().normalised < log_.head().raw)
    log_.wait_for_event(log_.head().event, {}, std::chrono::milliseconds{10});
  projector->stop();
}

TEST_F(ProjectLog, MakesTheSameEventsWhateverTheSizeOfItsPasses) {
  append_life();
  project_all(log_);
  TempDir other;
  const auto second = must_open(other.path() / "log");
  for (const RawRecord& record : log_.read_raw(RawSequence{1}, 100, 1U << 30U).value())
    append(*second->log, *record.body);
  ASSERT_TRUE(project_next(*second->log, 100));
  ASSERT_EQ(second->log->head().event, log_.head().event);
  for (std::uint64_t n = 1; n <= log_.head().event.value(); ++n)
    EXPECT_EQ(second->log->event(EventSequence{n})->event.value, log_.event(EventSequence{n})->event.value);
}

TEST_F(ProjectLog, RebuildsToTheVeryBytes) {
  append_life();
  ask_again(log_, 9);
  project_all(log_);
  const auto compared = verify_rebuild(log_, {});
  ASSERT_TRUE(compared) << compared.error().text();
  EXPECT_FALSE(compared->first_difference) << compared->difference;
  EXPECT_EQ(compared->records, log_.head().raw.value());
  EXPECT_EQ(compared->events, log_.head().event.value());
  const LogHead before = log_.head();
  const auto rebuilt = rebuild(log_, {});
  ASSERT_TRUE(rebuilt) << rebuilt.error().text();
  EXPECT_EQ(log_.head().event_hash, before.event_hash);
  EXPECT_EQ(log_.head().normalised, before.normalised);
  EXPECT_EQ(log_.verify({})->damage, std::vector<std::string>{});
  EXPECT_FALSE(log_.note(rebuild_note)->has_value());
}

TEST_F(ProjectLog, RefusesToRebuildWhereAnEventWouldChange) {
  append(log_, fixture("PING.json"));
  Projection made_up;  // an event that the reader would never make of a PING
  made_up.upto = RawSequence{1};
  made_up.events = {event(1, 1)};
  made_up.summaries = {{RawSequence{1}, summed(RecordOutcome::event)}};
  ASSERT_TRUE(log_.commit(made_up));
  const auto compared = verify_rebuild(log_, {});
  ASSERT_TRUE(compared);
  EXPECT_EQ(compared->first_difference, EventSequence{1});
  EXPECT_EQ(rebuild(log_, {}).error().code, Errc::conflict);
  EXPECT_EQ(log_.head().event, EventSequence{1}) << "nothing was touched";
}

TEST_F(ProjectLog, FinishesARebuildThatWasCutShortBeforeAnybodyLooks) {
  append_life();
  project_all(log_);
  const LogHead before = log_.head();
  ASSERT_TRUE(log_.clear_projection(rebuild_note, std::to_string(before.normalised.value())));
  ASSERT_TRUE(project_next(log_, 2));  // killed here
  const auto projector = Projector::start(log_, open_->clock, open_->metrics, {});
  EXPECT_EQ(log_.head().event_hash, before.event_hash);
  projector->stop();
}

TEST_F(ProjectLog, KeepsARecordInQuarantineUntilARetryReadsIt) {
  append(log_, "[[[ not json");
  project_all(log_);
  ASSERT_EQ(log_.quarantine_size(), 1U);
  const RawSequence asked = ask_again(log_, 1);
  project_all(log_);
  EXPECT_EQ(summary_of(log_, asked.value()).outcome, RecordOutcome::quarantined) << "still not readable";
  EXPECT_EQ(log_.quarantine_size(), 1U) << "the retry itself is never in quarantine";
  EXPECT_EQ(log_.quarantine(RawSequence{0}, 10)->front().sequence, RawSequence{1});
}

TEST_F(ProjectLog, ReadsAQuarantinedRecordWithWhatIsKnownNow) {
  // As after an upgrade: record 1 was not understood then, and is now.
  append(log_, fixture("BOOKING_CREATED.json"));
  Projection then;
  then.upto = RawSequence{1};
  then.views = {{"quarantine/1", ""}};
  then.summaries = {{RawSequence{1}, summed(RecordOutcome::quarantined, "unknown shape")}};
  ASSERT_TRUE(log_.commit(then));
  const RawSequence asked = ask_again(log_, 1);
  project_all(log_);
  EXPECT_EQ(log_.quarantine_size(), 0U);
  EXPECT_EQ(summary_of(log_, 1).outcome, RecordOutcome::event) << "the list shows what became of it";
  EXPECT_EQ(summary_of(log_, asked.value()).outcome, RecordOutcome::event);
  ASSERT_EQ(log_.head().event, EventSequence{1});
  EXPECT_EQ(log_.event(EventSequence{1})->event.raw, asked);
  const RawSequence twice = ask_again(log_, 1);
  project_all(log_);
  EXPECT_EQ(summary_of(log_, twice.value()).outcome, RecordOutcome::nothing) << "no second event";
  EXPECT_EQ(log_.verify({})->damage, std::vector<std::string>{});
}

TEST_F(ProjectLog, MakesNothingOfARetryThatNamesNoEarlierRecord) {
  for (const char* body :
       {"", "{}", "[1]", R"({"retry":0})", R"({"retry":99})", R"({"retry":"1"})", R"({"retry":1})"}) {
    RawDelivery asked = delivery(body, "");
    asked.source = RecordSource::retry;
    const RawSequence sequence = log_.append_and_wait(asked).value().sequence;
    project_all(log_);
    EXPECT_EQ(summary_of(log_, sequence.value()).outcome, RecordOutcome::nothing) << body;
  }
  EXPECT_EQ(log_.quarantine_size(), 0U);
}

TEST_F(ProjectLog, QuarantinesSourcesThatThisVersionDoesNotRead) {
  RawDelivery polled = delivery("{}", "");
  polled.source = RecordSource::poll;
  ASSERT_TRUE(log_.append_and_wait(polled));
  project_all(log_);
  EXPECT_EQ(log_.quarantine_size(), 1U);
}

TEST_F(ProjectLog, AcceptsErasedRecordsInARebuild) {
  append(log_, fixture("BOOKING_CREATED.json"));
  append(log_, fixture("OOO_CREATED.json"));
  project_all(log_);
  ASSERT_EQ(log_.head().event, EventSequence{2});
  ASSERT_TRUE(tests::erase_keys(log_, {RawSequence{1}}, {EventSequence{1}}));
  const auto compared = verify_rebuild(log_, {});
  ASSERT_TRUE(compared) << compared.error().text();
  EXPECT_FALSE(compared->first_difference) << compared->difference;
  EXPECT_EQ(compared->erased, 1U);
  const LogHead before = log_.head();
  ASSERT_TRUE(rebuild(log_, {}));
  EXPECT_EQ(log_.head().event_hash, before.event_hash);
  EXPECT_EQ(summary_of(log_, 1).outcome, RecordOutcome::erased);
}

RawDelivery own_call(const std::string& path) {
  RawDelivery call = delivery(
      R"({"record":"call.intent","operation":"1","method":"POST","path":")" + path + R"(","bodyHash":"0"})",
      "");
  call.source = RecordSource::apply;
  return call;
}

std::string uid_in(const std::string& body) {
  const auto at = body.find(R"("uid":")") + 7;
  return body.substr(at, body.find('"', at) - at);
}

TEST_F(ProjectLog, LinksWhatOurOwnCallProvokedToTheCall) {
  const std::string created = fixture("BOOKING_CREATED.json"), cancelled = fixture("BOOKING_CANCELLED.json");
  append(log_, created);
  ASSERT_TRUE(log_.append_and_wait(own_call("/v2/bookings/" + uid_in(cancelled) + "/cancel")));
  append(log_, cancelled);
  project_all(log_);
  EXPECT_EQ(log_.event(EventSequence{1})->event.caused_by, "") << "it came before the call";
  EXPECT_EQ(log_.event(log_.head().event)->event.caused_by, "raw/2");
  const auto compared = verify_rebuild(log_, {});
  ASSERT_TRUE(compared && !compared->first_difference);
}

TEST_F(ProjectLog, LinksNothingThatCameLongAfterTheCall) {
  const std::string cancelled = fixture("BOOKING_CANCELLED.json");
  ASSERT_TRUE(log_.append_and_wait(own_call("/v2/bookings/" + uid_in(cancelled) + "/cancel")));
  RawDelivery late = delivery(cancelled);
  late.received += std::chrono::minutes{11};
  ASSERT_TRUE(log_.append_and_wait(late));
  project_all(log_);
  EXPECT_EQ(log_.event(log_.head().event)->event.caused_by, "");
}

}  // namespace
}  // namespace calsync
