// Retention on real records read by the real normaliser: what is old goes, and what is left is what it was.
#include "daemon/care/retention.hpp"

#include "daemon/care/retention_step.hpp"
#include "daemon/project/projection_pass.hpp"
#include "state/store/backup.hpp"
#include "tests/state/store/log_fixture.hpp"

namespace calsync {
namespace {

using namespace std::chrono_literals;
using std::chrono::hours;
const Instant start_of_time = Instant{std::chrono::milliseconds{1'800'000'000'000}};

std::string fixture(const std::string& name) {
  return read_file(std::string(CALSYNC_SOURCE_DIR) + "/tests/fixtures/webhooks/" + name);
}

class SetClock final : public Clock {
 public:
  Instant wall() override { return now; }
  std::chrono::steady_clock::time_point steady() override { return std::chrono::steady_clock::now(); }
  Instant now = start_of_time;
};

class RetentionOfALog : public testing::Test {
 protected:
  TempDir dir_{fastest_directory()};
  std::unique_ptr<OpenLog> open_ = must_open(dir_.path() / "log");
  SetClock clock_;
  std::optional<EventSequence> published_ = EventSequence{UINT64_MAX};
  std::unique_ptr<Retention> retention_;

  EventLog& log() { return *open_->log; }
  void SetUp() override { keep(hours{24 * 400}); }
  void keep(std::chrono::milliseconds time) {
    retention_.reset();
    retention_ = std::make_unique<Retention>(
        log(), time, [this] { return published_; }, clock_, open_->metrics);
  }
  RawSequence put(std::string body, RecordSource source = RecordSource::webhook) {
    RawDelivery one = delivery(std::move(body));
    one.source = source;
    one.received = clock_.now;
    return log().append_and_wait(one).value().sequence;
  }
  // A life: one record an hour, from now on.
  void live() {
    for (const char* name :
         {"BOOKING_CREATED.json", "BOOKING_RESCHEDULED.json", "PING.json", "MEETING_STARTED.json",
          "OOO_CREATED.json", "FORM_SUBMITTED.json", "BOOKING_PAID.json", "BOOKING_CANCELLED.json"}) {
      put(fixture(name));
      clock_.now += 1h;
    }
  }
  void project() {
    while (log().head().normalised < log().head().raw) ASSERT_TRUE(project_next(log(), 3));
  }
  void turn_until_done() {
    while (retention_->turn() < 1min && !HasFailure()) continue;
    const RetentionState state = retention_->state();
    EXPECT_FALSE(state.failed) << state.failed->text();
  }
  void expect_sound_and_rebuildable() {
    EXPECT_EQ(log().verify({})->damage, std::vector<std::string>{});
    const auto same = verify_rebuild(log(), {});
    ASSERT_TRUE(same) << same.error().text();
    EXPECT_FALSE(same->first_difference) << same->difference;
    EXPECT_EQ(same->records, log().head().normalised.value() - log().cut().raw.value());
    EXPECT_EQ(same->events, log().head().event.value() - log().cut().event.value());
  }
};

TEST_F(RetentionOfALog, TakesWhatIsOldAtEveryPlaceAndTheRestRebuildsToTheVeryBytes) {
  live();
  project();
  const LogHead head = log().head();
  const Digest last_event = log().hash_of(head.event).value();
  for (std::uint64_t gone = 1; gone <= 8; ++gone) {
    clock_.now = start_of_time + hours{24 * 400} + hours{gone - 1} + 1ms;
    turn_until_done();
    ASSERT_EQ(log().cut().raw, RawSequence{gone});
    expect_sound_and_rebuildable();
    const auto rebuilt = rebuild(log(), {});
    ASSERT_TRUE(rebuilt) << rebuilt.error().text();
    EXPECT_EQ(log().head().event, head.event);
    EXPECT_EQ(log().hash_of(head.event).value(), last_event);
    expect_sound_and_rebuildable();
  }
  EXPECT_EQ(log().cut().event, head.event);
  EXPECT_NE(open_->metrics.text().find("calsync_retention_trimmed_records_total 8"), std::string::npos);
}

TEST_F(RetentionOfALog, LeavesTheViewsOfNowAlone) {
  live();
  project();
  clock_.now += hours{24 * 400};
  turn_until_done();
  ASSERT_EQ(log().cut().raw, log().head().raw);
  const std::uint64_t events = log().head().event.value();
  put(fixture("BOOKING_CREATED.json") + " ");  // a booking that is known and cancelled: nothing new
  project();
  EXPECT_EQ(log().head().event.value(), events);
  expect_sound_and_rebuildable();
}

TEST_F(RetentionOfALog, KeepsWhatIsNotPublishedOrNotNormalised) {
  live();
  published_ = std::nullopt;
  clock_.now += hours{24 * 400};
  EXPECT_GE(retention_->turn(), 1s);
  EXPECT_NE(retention_->state().waits_for.find("publisher"), std::string::npos);
  published_ = EventSequence{2};
  turn_until_done();
  EXPECT_EQ(log().cut().raw, RawSequence{}) << "nothing is normalised";
  project();
  turn_until_done();
  EXPECT_LE(log().cut().event, EventSequence{2});
  EXPECT_GT(log().cut().raw, RawSequence{});
  EXPECT_GT(log().event(EventSequence{3})->event.raw, log().cut().raw);
  expect_sound_and_rebuildable();
}

TEST_F(RetentionOfALog, KeepsWhatIsInQuarantineUntilItWasReadAndThatIsOldToo) {
  const RawSequence bad = put("[[[ not json");
  live();
  project();
  ASSERT_EQ(log().quarantine_size(), 1U);
  clock_.now += hours{24 * 400};
  turn_until_done();
  ASSERT_EQ(log().cut().raw, log().head().raw);
  EXPECT_EQ(log().raw(bad)->body, "[[[ not json");
  expect_sound_and_rebuildable();
  put("{\"retry\":1}", RecordSource::retry);
  project();
  EXPECT_EQ(log().quarantine_size(), 1U) << "it cannot be read this time either";
  expect_sound_and_rebuildable();
  ASSERT_TRUE(rebuild(log(), {}));
  EXPECT_EQ(log().quarantine_size(), 1U);
  clock_.now += hours{24 * 400} + 1h;
  turn_until_done();
  EXPECT_TRUE(log().raw(bad)) << "still in quarantine";
  expect_sound_and_rebuildable();
}

// What came before a rejoin waits in quarantine, and is read when the rejoin asks for it: here the cut goes
// through between the two, record by record.
TEST_F(RetentionOfALog, LetsGoOfWhatWasReadAgainWhenThatIsOld) {
  put("{\"waiting\":true}", RecordSource::rejoin);
  live();  // 2 to 9
  put("{\"end\":true}", RecordSource::rejoin);
  project();
  ASSERT_EQ(log().quarantine_size(), 8U);
  clock_.now += 1h;
  const Instant read = clock_.now;
  for (int waited = 2; waited <= 9; ++waited) {
    put("{\"retry\":" + std::to_string(waited) + "}", RecordSource::retry);
    clock_.now += 1h;
  }
  project();
  ASSERT_EQ(log().quarantine_size(), 0U);
  ASSERT_GT(log().head().event.value(), 4U);
  clock_.now = read + hours{24 * 400};
  turn_until_done();
  EXPECT_EQ(log().cut().raw, RawSequence{10}) << "the retries are a moment too young";
  EXPECT_TRUE(log().raw(RawSequence{2})) << "a rebuild has to read it again";
  expect_sound_and_rebuildable();
  for (std::uint64_t gone = 2; gone <= 9; ++gone) {
    clock_.now = read + hours{24 * 400} + hours{gone - 2} + 1ms;
    turn_until_done();
    EXPECT_EQ(log().raw(RawSequence{gone}).error().code, Errc::not_found);
    expect_sound_and_rebuildable();
    ASSERT_TRUE(rebuild(log(), {}));
    expect_sound_and_rebuildable();
  }
  EXPECT_EQ(log().cut().raw, log().head().raw);
}

TEST_F(RetentionOfALog, ForgetsWhoWasInWhatIsGone) {
  live();
  project();
  const std::string email = "attendee@example.com";
  std::string known;
  for (const StoredEvent& one : log().read_events(EventSequence{1}, 100, 1U << 24U).value()) {
    const auto at = one.event.value.find("\"email\":\"");
    if (at == std::string::npos) continue;
    known = one.event.value.substr(at + 9, one.event.value.find('"', at + 9) - at - 9);
    break;
  }
  ASSERT_FALSE(known.empty());
  EXPECT_FALSE(log().records_of(known)->empty());
  clock_.now += hours{24 * 400};
  turn_until_done();
  EXPECT_TRUE(log().records_of(known)->empty());
}

TEST_F(RetentionOfALog, WaitsForARejoinAndARebuild) {
  live();
  project();
  clock_.now += hours{24 * 400};
  ASSERT_TRUE(log().set_note(restored_note, "1 1 8 8 0"));
  EXPECT_GE(retention_->turn(), 1s);
  EXPECT_NE(retention_->state().waits_for.find("rejoin"), std::string::npos);
  ASSERT_TRUE(log().set_note(restored_note, ""));
  ASSERT_TRUE(log().set_note(rebuild_note, "8"));
  EXPECT_GE(retention_->turn(), 1s);
  EXPECT_NE(retention_->state().waits_for.find("rebuild"), std::string::npos);
  EXPECT_EQ(log().cut().raw, RawSequence{});
}

Normalised other_rules(const RawRecord&, ViewTable&, EventSequence) {
  return {};
}

TEST_F(RetentionOfALog, TrimsNothingThatDoesNotComeOutAsItIsInTheLog) {
  live();
  project();
  ASSERT_TRUE(log().set_note("nothing", "x"));
  const Rules other_value = +[](const RawRecord& record, ViewTable& views, EventSequence first) {
    Normalised out = all_rules().back()(record, views, first);
    for (EventRecord& event : out.events) event.value += " ";
    return out;
  };
  const std::vector<Rules> wrong(normaliser_version, other_value);
  const auto trim = next_trim(
      log(), {.received_before = clock_.now + 1h, .published = EventSequence{UINT64_MAX}}, clock_.now, wrong);
  ASSERT_FALSE(trim);
  EXPECT_EQ(trim.error().code, Errc::conflict);
  EXPECT_NE(trim.error().text().find("log rebuild --verify"), std::string::npos);
  const std::vector<Rules> none(normaliser_version, other_rules);
  EXPECT_TRUE(next_trim(log(), {.received_before = clock_.now, .published = {}}, clock_.now, none));
}

}  // namespace
}  // namespace calsync
