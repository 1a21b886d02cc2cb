// One pass over raw records, and a rebuild, where something is in their way: a reader that throws, a view
// that cannot be read, a booking that makes megabytes, records that another version read.
#include "daemon/project/projection_pass.hpp"
#include "tests/state/store/log_fixture.hpp"

namespace calsync {
namespace {

std::string fixture(const std::string& name) {
  return read_file(std::string(CALSYNC_SOURCE_DIR) + "/tests/fixtures/webhooks/" + name);
}

Normalised held(const char* reason) {
  Normalised out;
  out.summary.outcome = RecordOutcome::quarantined;
  out.summary.reason = reason;
  return out;
}
bool is_cancellation(const RawRecord& record) {
  return record.body->find("BOOKING_CANCELLED") != std::string::npos;
}

Normalised as_now(const RawRecord& record, ViewTable& views, EventSequence first_event) {
  return all_rules().back()(record, views, first_event);
}
Normalised without_cancellations(const RawRecord& record, ViewTable& views, EventSequence first_event) {
  return is_cancellation(record) ? held("unknown shape") : as_now(record, views, first_event);
}
// A cancellation can be read once its booking is known.
Normalised of_known_bookings(const RawRecord& record, ViewTable& views, EventSequence first_event) {
  const bool known = views.get("b/m2XcVb7nKqWe4RtYuIoP9f").has_value();
  return is_cancellation(record) && !known ? held("unknown booking") : as_now(record, views, first_event);
}
template <class Thrown>
Normalised throwing(const RawRecord& record, ViewTable& views, EventSequence first_event) {
  Normalised out = as_now(record, views, first_event);
  views.put("half", "done");
  if (is_cancellation(record)) throw Thrown("Ana's secret");
  return out;
}
Normalised out_of_memory(const RawRecord&, ViewTable&, EventSequence) {
  throw std::bad_alloc();
}

class PassLog : public testing::Test {
 protected:
  TempDir dir_;
  std::unique_ptr<OpenLog> open_ = must_open(dir_.path() / "log");
  EventLog& log_ = *open_->log;

  RawSequence ask_again(std::uint64_t sequence) {
    RawDelivery asked = delivery("{\"retry\":" + std::to_string(sequence) + "}", "");
    asked.source = RecordSource::retry;
    return log_.append_and_wait(asked).value().sequence;
  }
  std::size_t project(Rules rules, std::size_t count = 100) {
    const auto done = project_next(log_, count, RulesByVersion(&rules, 1));
    EXPECT_TRUE(done) << done.error().text();
    return done ? done->summaries.size() : 0;
  }
  void expect_same_after_rebuild(RulesByVersion known) {
    const LogHead before = log_.head();
    const auto compared = verify_rebuild(log_, {}, known);
    ASSERT_TRUE(compared) << compared.error().text();
    EXPECT_FALSE(compared->first_difference) << compared->difference;
    ASSERT_TRUE(log_.clear_projection(rebuild_note, std::to_string(before.normalised.value())));
    ASSERT_TRUE(finish_rebuild(log_, {}, known));
    EXPECT_EQ(log_.head().event, before.event);
    EXPECT_EQ(log_.head().event_hash, before.event_hash);
  }
};

TEST_F(PassLog, QuarantinesARecordWhoseRulesThrowAndReadsOn) {
  append(log_, fixture("BOOKING_CANCELLED.json"));
  append(log_, fixture("OOO_CREATED.json"));
  EXPECT_EQ(project(throwing<std::out_of_range>), 2U);
  ASSERT_EQ(log_.quarantine_size(), 1U);
  EXPECT_EQ(log_.quarantine(RawSequence{0}, 1)->front().reason, "the normaliser gave up: std::out_of_range");
  EXPECT_FALSE(log_.views()->get("b/m2XcVb7nKqWe4RtYuIoP9f")) << "no row of a record that was not read";
  EXPECT_EQ(log_.head().event, EventSequence{1});
}

TEST_F(PassLog, StopsWhereAnErrorIsNotTheRecords) {
  append(log_, fixture("BOOKING_CANCELLED.json"));
  const Rules damaged[] = {throwing<ViewDamaged>};
  const Rules exhausted[] = {out_of_memory};
  EXPECT_EQ(project_next(log_, 1, damaged).error().code, Errc::corrupt);
  EXPECT_EQ(project_next(log_, 1, exhausted).error().code, Errc::io);
  EXPECT_EQ(log_.head().normalised, RawSequence{0});
}

TEST_F(PassLog, StopsAtADamagedViewAndARebuildCuresIt) {
  append(log_, fixture("PING.json"));
  Projection damage;
  damage.upto = RawSequence{1};
  damage.views = {{"b/k3TzWq8nVbYd2RfHsLmX4a", "\x01\x02"}};
  damage.summaries = {{RawSequence{1}, summed(RecordOutcome::nothing)}};
  ASSERT_TRUE(log_.commit(damage));
  append(log_, fixture("BOOKING_CREATED.json"));
  const auto stopped = project_next(log_, 1);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Errc::corrupt);
  EXPECT_NE(stopped.error().text().find("b/k3TzWq8nVbYd2RfHsLmX4a"), std::string::npos);
  EXPECT_EQ(log_.head().normalised, RawSequence{1});
  const auto rebuilt = rebuild(log_, {});
  ASSERT_TRUE(rebuilt) << rebuilt.error().text();
  EXPECT_EQ(project(as_now), 1U);
  EXPECT_EQ(log_.head().event, EventSequence{1});
}

TEST_F(PassLog, EndsWhereItHasMadeMuchOfLittle) {
  std::string people;
  for (int n = 0; n < 2000; ++n)
    people += (n > 0 ? "," : "") + (R"({"name":"One of the many people who came","email":"p)" +
                                    std::to_string(n) + R"(@client.test"})");
  append(log_, R"({"triggerEvent":"BOOKING_CREATED","payload":{"uid":"big","attendees":[)" + people + "]}}");
  for (int n = 0; n < 12; ++n)
    append(
        log_,
        R"({"triggerEvent":"BOOKING_NO_SHOW_UPDATED","payload":{"bookingUid":"big","attendees":[{"email":"p)" +
            std::to_string(n) + R"(@client.test","noShow":true}]}})");
  std::size_t read = 0;
  for (std::size_t passes = 0; read < 13; ++passes) {
    const std::size_t now = project(as_now);
    ASSERT_GT(now, 0U);
    EXPECT_LT(now, 8U) << "each makes most of a megabyte";
    read += now;
    EXPECT_EQ(log_.head().normalised, RawSequence{read});
  }
  EXPECT_EQ(log_.head().event, EventSequence{13});
  expect_same_after_rebuild(all_rules());
}

TEST_F(PassLog, CountsARetryOnce) {
  append(log_, fixture("BOOKING_CANCELLED.json"));
  EXPECT_EQ(project(without_cancellations), 1U);
  const RawSequence asked = ask_again(1);
  const auto done = project_next(log_, 100);
  ASSERT_TRUE(done) << done.error().text();
  ASSERT_EQ(done->summaries.size(), 1U);
  EXPECT_EQ(done->summaries[0].first, asked);
  EXPECT_EQ(done->summaries[0].second.outcome, RecordOutcome::event);
  EXPECT_EQ(log_.summary(RawSequence{1}).value().value().outcome, RecordOutcome::event);
}

TEST_F(PassLog, MakesTheEventOfARetryInItsPlaceAlsoInARebuild) {
  const std::vector<Rules> known(normaliser_version, of_known_bookings);
  append(log_, fixture("BOOKING_CANCELLED.json"));
  append(log_, fixture("BOOKING_RESCHEDULED.json"));
  const RawSequence asked = ask_again(1);
  EXPECT_EQ(project(of_known_bookings), 3U);
  EXPECT_EQ(log_.quarantine_size(), 0U);
  ASSERT_EQ(log_.head().event, EventSequence{2});
  EXPECT_EQ(log_.event(EventSequence{2})->event.type, "booking.cancelled");
  EXPECT_EQ(log_.event(EventSequence{2})->event.raw, asked);
  expect_same_after_rebuild(known);
  EXPECT_EQ(log_.quarantine_size(), 0U);
}

TEST_F(PassLog, RebuildsARecordByTheVersionThatReadIt) {
  std::vector<Rules> known(normaliser_version, without_cancellations);
  known.push_back(as_now);
  append(log_, fixture("BOOKING_CANCELLED.json"));
  append(log_, fixture("OOO_CREATED.json"));
  EXPECT_EQ(project(known.front()), 2U);
  EXPECT_EQ(log_.raw(RawSequence{1})->noted_version, normaliser_version);
  ASSERT_EQ(log_.head().event, EventSequence{1});
  const std::vector<Rules> others(normaliser_version, as_now);
  EXPECT_EQ(verify_rebuild(log_, {}, others)->first_difference, EventSequence{1})
      << "other rules would make another event first";
  expect_same_after_rebuild(known);
}

TEST_F(PassLog, RefusesToRebuildWhatANewerVersionRead) {
  append(log_, fixture("OOO_CREATED.json"));
  EXPECT_EQ(project(as_now), 1U);
  const auto refused = verify_rebuild(log_, {}, RulesByVersion{});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::foreign);
  EXPECT_NE(refused.error().what.find("use the newer calsyncd"), std::string::npos) << refused.error().what;
}

}  // namespace
}  // namespace calsync
