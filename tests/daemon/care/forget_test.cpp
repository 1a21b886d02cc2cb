// An erasure on real records read by the real normaliser: the person is nowhere, and the log is as sound as before.
#include "daemon/care/forget.hpp"

#include "connectors/calcom/wire/poll_record.hpp"
#include "daemon/care/retention_step.hpp"
#include "daemon/project/project.hpp"
#include "daemon/project/projection_pass.hpp"
#include "state/events/email.hpp"
#include "state/views/booking_kinds.hpp"
#include "state/views/booking_query.hpp"
#include "state/views/chain.hpp"
#include "state/views/retell.hpp"
#include "tests/state/store/log_fixture.hpp"
#include "tests/state/store/seed.hpp"

#include <algorithm>
#include <random>

namespace calsync {
namespace {

namespace fs = std::filesystem;

const fs::path fixtures = fs::path(CALSYNC_SOURCE_DIR) / "tests/fixtures/webhooks";

class Later final : public Clock {  // everything is over
 public:
  Instant wall() override { return Instant{std::chrono::milliseconds{4'000'000'000'000}}; }
  std::chrono::steady_clock::time_point steady() override { return std::chrono::steady_clock::now(); }
};

using Rows = std::map<std::string, std::string>;

class ForgetInALog : public testing::Test {
 protected:
  TempDir dir_{fastest_directory()};
  std::unique_ptr<OpenLog> open_ = must_open(dir_.path() / "log");
  Later clock_;

  EventLog& log() { return *open_->log; }
  void project() {
    while (log().head().normalised < log().head().raw) ASSERT_TRUE(project_next(log(), 7));
  }
  void trim_the_first() {
    const RetentionLimits limits{
        .received_before = clock_.wall(), .published = log().head().event, .records = 1};
    auto trim = next_trim(log(), limits, clock_.wall(), all_rules());
    ASSERT_TRUE(trim && *trim);
    ASSERT_TRUE(log().trim(**std::move(trim)));
  }
  void put(const std::string& name) { append(log(), read_file(fixtures / name)); }
  // The same booking of another person and under another uid.
  void put_like(const std::string& name, const std::string& email, const std::string& uid) {
    std::string body = read_file(fixtures / name);
    const std::string was = client_of(body), uid_was = uid_of(body);
    for (const auto& [from, to] : {std::pair(was, email), std::pair(uid_was, uid)})
      for (auto at = body.find(from); !from.empty() && at != std::string::npos;
           at = body.find(from, at + to.size()))
        body.replace(at, from.size(), to);
    append(log(), body);
  }
  static std::string uid_of(const std::string& body) {
    const auto at = body.find("\"uid\":\"");
    return at == std::string::npos ? "" : body.substr(at + 7, body.find('"', at + 7) - at - 7);
  }
  static std::string client_of(const std::string& body) {
    const auto list = body.find("\"attendees\":");
    std::vector<std::string> found;
    if (list != std::string::npos) collect_emails(std::string_view(body).substr(list), found);
    return found.empty() ? "" : found.front();
  }
  Rows rows() {
    Rows all;
    log().views()->scan("", {}, [&](std::string_view key, std::string_view row) {
      all.emplace(key, row);
      return true;
    });
    return all;
  }
  Result<ForgetFacts> forget(const std::string& email) {
    auto done = forget_person(log(), clock_, email, {});
    project();
    return done;
  }
  void expect_no_trace_of(const std::string& email) {
    const PersonErasure person(email);
    for (const auto& [key, row] : rows()) EXPECT_FALSE(person.names(key, row)) << key.substr(0, 2);
    for (std::uint64_t n = log().cut().raw.value() + 1; n <= log().head().raw.value(); ++n)
      EXPECT_FALSE(person.names(log().raw(RawSequence{n})->body.value_or(""))) << "record " << n;
    for (std::uint64_t n = log().cut().event.value() + 1; n <= log().head().event.value(); ++n) {
      const EventRecord event = log().event(EventSequence{n})->event;
      EXPECT_FALSE(person.names(event.value)) << "event " << n;
      for (const StateValue& state : event.states) EXPECT_FALSE(person.names(state.json)) << "event " << n;
    }
    EXPECT_TRUE(log().records_of(email)->empty());
  }
  void expect_sound_and_rebuilt_to_the_same_bytes() {
    EXPECT_EQ(log().verify({})->damage, std::vector<std::string>{});
    const auto same = verify_rebuild(log(), {});
    ASSERT_TRUE(same) << same.error().text();
    EXPECT_FALSE(same->first_difference) << same->difference;
    const Rows before = rows();
    const LogHead head = log().head();
    const auto again = rebuild(log(), {});
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(rows(), before);
    EXPECT_EQ(log().head().event_hash, head.event_hash);
    EXPECT_EQ(log().verify({})->damage, std::vector<std::string>{});
  }
  std::vector<EventRecord> events_of(const std::string& type) {
    std::vector<EventRecord> found;
    for (std::uint64_t n = log().cut().event.value() + 1; n <= log().head().event.value(); ++n)
      if (auto event = log().event(EventSequence{n})->event; event.type == type) found.push_back(event);
    return found;
  }
};

TEST(PersonErasure, KnowsTheAddressInAnyTextAndNobodyElses) {
  const PersonErasure person("Erase.Me@Client.example");
  for (const char* text :
       {"erase.me@client.example", R"({"email":"ERASE.ME@client.example"})", "<erase.me@client.example>",
        "'erase.me@client.example'", "mailto:erase.me@client.example?x",
        "https://a.example/?to=erase.me@client.example&b", R"("call\nerase.me@client.example")",
        "\xe2\x80\x9e"
        "erase.me@client.example\xe2\x80\x9c",
        "ask erase.me@client.example.", "user/erase.me@client.example/x"})
    EXPECT_TRUE(person.names(text)) << text;
  for (const char* text :
       {"sales&erase.me@client.example", "bounce+erase.me@client.example", "x.erase.me@client.example",
        R"({"email":"bounce=erase.me@client.example"})", "erase.me@client.example.org",
        "erase.me@client.example-x.org", "terase.me@client.example", "erase_me@client.example", ""})
    EXPECT_FALSE(person.names(text)) << text;
}

TEST_F(ForgetInALog, TellsOfASecondPersonInTheSameBookingToo) {
  put("BOOKING_CREATED.json");
  project();
  const std::string body = read_file(fixtures / "BOOKING_CREATED.json");
  const auto before = find_booking(*log().views(), uid_of(body));
  ASSERT_TRUE(before && !before->booking.hosts.empty());
  ASSERT_TRUE(forget(client_of(body)));
  ASSERT_TRUE(forget(before->booking.hosts.front().email));
  const auto told = events_of("booking.erased");
  ASSERT_EQ(told.size(), 2U);
  EXPECT_TRUE(told[0].erased) << "it named the host";
  EXPECT_FALSE(told[1].erased);
  EXPECT_EQ(find_booking(*log().views(), uid_of(body))->booking.price, before->booking.price);
  expect_no_trace_of(before->booking.hosts.front().email);
  expect_sound_and_rebuilt_to_the_same_bytes();
}

TEST_F(ForgetInALog, LetsNobodyCommitOnWhatWasReadBeforeIt) {
  put("BOOKING_CREATED.json");
  project();
  Projection stale;
  stale.erasures = log().erasures();
  stale.upto = log().head().normalised;
  ASSERT_TRUE(forget(client_of(read_file(fixtures / "BOOKING_CREATED.json"))));
  const auto refused = log().commit(std::move(stale));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
}

TEST_F(ForgetInALog, RefusesWhileWhatHasComeIsNotRead) {
  put("BOOKING_CREATED.json");
  const auto refused =
      forget_person(log(), clock_, client_of(read_file(fixtures / "BOOKING_CREATED.json")), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::rejected);
}

TEST_F(ForgetInALog, ErasesWhatCouldNeverBeRead) {
  append(log(), R"([[[ not json, from never.read@client.example)");
  put("OOO_CREATED.json");
  project();
  trim_the_first();
  ASSERT_EQ(log().quarantine_size(), 1U);
  const auto done = forget("never.read@client.example");
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(done->records, 1U);
  EXPECT_EQ(log().quarantine_size(), 0U);
  EXPECT_FALSE(log().raw(RawSequence{1}));
  expect_sound_and_rebuilt_to_the_same_bytes();
}

TEST_F(ForgetInALog, LeavesNoTraceAndASoundLog) {
  for (const char* name : {"BOOKING_CREATED.json", "BOOKING_RESCHEDULED.json", "MEETING_STARTED.json",
                           "PING.json", "BOOKING_PAID.json", "FORM_SUBMITTED.json"})
    put(name);
  put_like("BOOKING_CREATED.json", "somebody.else@example.net", "another-uid");
  project();
  const std::string person = client_of(read_file(fixtures / "BOOKING_CREATED.json"));
  ASSERT_FALSE(person.empty());
  const auto done = forget(person);
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_GT(done->records, 0U);
  EXPECT_GT(done->events, 0U);
  EXPECT_FALSE(done->bookings.empty());
  expect_no_trace_of(person);
  EXPECT_EQ(log().records_of("somebody.else@example.net")->size(), 1U) << "nobody else is forgotten";
  EXPECT_TRUE(log().raw(RawSequence{7})->body.has_value());
  expect_sound_and_rebuilt_to_the_same_bytes();
}

TEST_F(ForgetInALog, TellsConsumersOfEachBookingOnceAndKeepsWhatAnInvoiceNeeds) {
  put("BOOKING_CREATED.json");
  project();
  const std::string body = read_file(fixtures / "BOOKING_CREATED.json"), uid = uid_of(body);
  const auto before = find_booking(*log().views(), uid);
  ASSERT_TRUE(before);
  ASSERT_TRUE(forget(client_of(body)));
  const auto told = events_of("booking.erased");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].subject, uid);
  ASSERT_EQ(told[0].states.size(), 1U);
  EXPECT_EQ(told[0].states[0].uid.value(), uid);
  EXPECT_TRUE(told[0].states[0].json.empty()) << "a tombstone in booking-state";
  const auto after = find_booking(*log().views(), uid);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->booking.start, before->booking.start);
  EXPECT_EQ(after->booking.minutes, before->booking.minutes);
  EXPECT_EQ(after->booking.price, before->booking.price);
  EXPECT_EQ(after->booking.event_type, before->booking.event_type);
  ASSERT_EQ(after->booking.hosts.size(), before->booking.hosts.size());
  EXPECT_TRUE(after->booking.attendees.empty());
  EXPECT_TRUE(after->booking.title.empty()) << "free text may name anybody";
  const auto proof = events_of("subject.erased");
  ASSERT_EQ(proof.size(), 1U);
  EXPECT_EQ(proof[0].topic, Topic::system);
}

TEST_F(ForgetInALog, StaysErasedWhereKafkaTellsItToABackupOfBefore) {
  put("BOOKING_CREATED.json");
  project();
  const std::string body = read_file(fixtures / "BOOKING_CREATED.json"), uid = uid_of(body);
  MemoryViews backup;
  for (const auto& [key, row] : rows()) backup.rows.emplace(key, row);
  ASSERT_TRUE(forget(client_of(body)));
  ViewTable views(backup);
  EXPECT_EQ(retell(RawRecord{}, events_of("booking.erased").at(0), views), "") << "no field differs";
  const auto row = load_booking(views, uid);
  ASSERT_TRUE(row);
  EXPECT_TRUE(row->erased && row->told_erased);
  EXPECT_FALSE(PersonErasure(client_of(body)).names(booking_row_key(uid), *views.get(booking_row_key(uid))));
}

TEST_F(ForgetInALog, TakesNothingInOfAnErasedBookingAnyMore) {
  put("BOOKING_CREATED.json");
  project();
  const std::string body = read_file(fixtures / "BOOKING_CREATED.json");
  ASSERT_TRUE(forget(client_of(body)));
  const EventSequence last = log().head().event;
  put_like("BOOKING_CANCELLED.json", client_of(body), uid_of(body));
  project();
  EXPECT_EQ(log().head().event, last);
  EXPECT_EQ(log().summary(log().head().raw)->value().outcome, RecordOutcome::no_change);
  // What came since is found again.
  const auto again = forget(client_of(body));
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->records, 1U);
  EXPECT_EQ(events_of("booking.erased").size(), 1U);
  expect_no_trace_of(client_of(body));
  expect_sound_and_rebuilt_to_the_same_bytes();
}

TEST_F(ForgetInALog, RefusesWhileABookingIsNotOver) {
  put("BOOKING_CREATED.json");
  project();
  const std::string person = client_of(read_file(fixtures / "BOOKING_CREATED.json"));
  const auto planned = plan_forgetting(log(), Instant{}, person, {});
  ASSERT_TRUE(planned);
  ASSERT_EQ(planned->obstacles.size(), 1U);
  EXPECT_NE(planned->obstacles[0].find("is not over"), std::string::npos);
}

TEST_F(ForgetInALog, IsNotRefusedForABookingThatVanished) {
  put("BOOKING_CREATED.json");
  const std::string body = read_file(fixtures / "BOOKING_CREATED.json"), person = client_of(body);
  RawDelivery gone = delivery(vanished_record(Instant{}, uid_of(body)), "");
  gone.source = RecordSource::poll;
  ASSERT_TRUE(log().append_and_wait(gone));
  project();
  const auto planned = plan_forgetting(log(), Instant{}, person, {});
  ASSERT_TRUE(planned);
  EXPECT_EQ(planned->obstacles, std::vector<std::string>{}) << "Cal.com has it no more: it will not be held";
  for (const std::uint32_t version : {0U, 2U}) {
    MemoryViews backup;
    ViewTable views(backup);
    RawRecord record;
    record.noted_version = version;
    for (const char* type : {"booking.created", "booking.vanished"})
      ASSERT_EQ(retell(record, events_of(type).at(0), views), "") << type;
    EXPECT_EQ(has_vanished(*load_booking(views, uid_of(body))), version == 0)
        << "nor is it told twice after a rejoin; what version 2 read is read as it was";
  }
}

TEST_F(ForgetInALog, IsRefusedForABookingThatVanishedAndReturned) {
  put("BOOKING_CREATED.json");
  const std::string body = read_file(fixtures / "BOOKING_CREATED.json"), uid = uid_of(body);
  const auto polled = [&](std::string record) {
    RawDelivery one = delivery(std::move(record), "");
    one.source = RecordSource::poll;
    ASSERT_TRUE(log().append_and_wait(one));
  };
  const std::string row = R"({"uid":")" + uid +
                          R"(","status":"accepted","start":"2026-12-01T10:00:00.000Z",)"
                          R"("end":"2026-12-01T11:00:00.000Z","updatedAt":"2026-11-30T10:00:00.000Z"})";
  polled(vanished_record(Instant{}, uid));
  polled(booking_record(Instant{}, false, row));
  project();
  EXPECT_EQ(events_of("booking.vanished").size(), 1U);
  const auto planned = plan_forgetting(log(), Instant{}, client_of(body), {});
  ASSERT_TRUE(planned);
  EXPECT_EQ(planned->obstacles.size(), 1U) << "Cal.com has it again: it may be held";
  MemoryViews backup;
  ViewTable views(backup);
  for (EventSequence at{1}; at <= log().head().event; at = next(at)) {
    const auto read = log().read_events(at, 1, 1'000'000);
    ASSERT_EQ(retell(RawRecord{}, read->at(0).event, views), "");
  }
  EXPECT_FALSE(has_vanished(*load_booking(views, uid))) << "nor after a rejoin";
  polled(vanished_record(Instant{}, uid));
  project();
  EXPECT_EQ(events_of("booking.vanished").size(), 2U) << "told once more";
  expect_sound_and_rebuilt_to_the_same_bytes();
}

TEST_F(ForgetInALog, SaysHowEachBookingNamesThePerson) {
  put("BOOKING_CREATED.json");
  const std::string body = read_file(fixtures / "BOOKING_CREATED.json"), person = client_of(body);
  std::string text = body;
  for (const auto& [from, to] : {std::pair(person, std::string("another@client.example")),
                                 std::pair(uid_of(body), std::string("only-a-text"))})
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  const std::string title = R"("title":")";
  text.insert(text.find(title) + title.size(), "for " + person + " ");
  append(log(), text);
  project();
  const auto planned = plan_forgetting(log(), clock_.wall(), person, {});
  ASSERT_TRUE(planned);
  std::map<std::string, std::string> roles;
  for (const NamedBooking& one : planned->named) {
    roles[one.uid] = to_text(one.role);
    EXPECT_TRUE(one.start);
  }
  EXPECT_EQ(roles, (std::map<std::string, std::string>{{uid_of(body), "attendee"}, {"only-a-text", "text"}}));
}

TEST_F(ForgetInALog, RefusesWhileThePersonStandsInTheConfiguration) {
  RawDelivery own = delivery(
      R"({"record":"resource.applied","address":"user/ana@example.org","id":"7","fields":{},"commit":null})",
      "");
  own.source = RecordSource::apply;
  ASSERT_TRUE(log().append_and_wait(own));
  project();
  const auto refused = forget("Ana@example.org");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::rejected);
  EXPECT_NE(refused.error().what.find("user/ana@example.org"), std::string::npos);
  EXPECT_TRUE(log().raw(RawSequence{1})->body.has_value()) << "nothing was erased";
}

TEST_F(ForgetInALog, SaysThatItKnowsNothingOfAStranger) {
  put("BOOKING_CREATED.json");
  project();
  const auto done = forget("nobody@example.org");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::not_found);
}

TEST_F(ForgetInALog, TellsAtTheNextStartWhatAKillLeftUntold) {
  put("BOOKING_CREATED.json");
  project();
  const std::string body = read_file(fixtures / "BOOKING_CREATED.json");
  {  // As far as the batch: the note stands in it.
    ForgetPass pass(log(), client_of(body));
    ASSERT_TRUE(pass.advance({}, {}));
    ASSERT_TRUE(log().erase([&](RawSequence) -> Result<Erasure> {
      auto erasure = pass.take();
      erasure->note = "forget";
      erasure->value = "[" + std::string(R"("{\"record\":\"booking.erased\",\"uid\":\")") + uid_of(body) +
                       R"(\",\"price\":null,\"currency\":null}"])";
      return erasure;
    }));
  }
  open_.reset();
  open_ = must_open(dir_.path() / "log");
  ASSERT_TRUE(finish_forgetting(log(), clock_, {}));
  ASSERT_TRUE(finish_forgetting(log(), clock_, {}));
  project();
  EXPECT_EQ(events_of("booking.erased").size(), 1U);
  expect_sound_and_rebuilt_to_the_same_bytes();
}

TEST_F(ForgetInALog, ErasesTheSnapshotOfATrimmedLogToo) {
  put("BOOKING_CREATED.json");
  put("OOO_CREATED.json");
  project();
  trim_the_first();
  const std::string person = client_of(read_file(fixtures / "BOOKING_CREATED.json"));
  const auto done = forget(person);
  ASSERT_TRUE(done) << done.error().text();
  expect_no_trace_of(person);
  log().views_at_cut()->scan("", {}, [&](std::string_view key, std::string_view row) {
    EXPECT_FALSE(PersonErasure(person).names(key, row));
    return true;
  });
  expect_sound_and_rebuilt_to_the_same_bytes();
}

// Any records, in any order, some of them twice, anybody in them, two after the other: the promise holds.
TEST_F(ForgetInALog, HoldsForAnyoneInAnyLog) {
  std::vector<std::string> bodies;
  for (const auto& entry : fs::directory_iterator(fixtures))
    if (entry.path().extension() == ".json" && entry.path().filename() != "manifest.json" &&
        !entry.path().filename().string().starts_with("template"))
      bodies.push_back(read_file(entry.path()));
  std::ranges::sort(bodies);
  const auto logs = static_cast<int>(cases_from("CALSYNC_FORGET_LOGS", 25));
  for (int seed = 1; seed <= logs && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    open_.reset();
    fs::remove_all(dir_.path() / "log");
    open_ = must_open(dir_.path() / "log");
    std::mt19937 random(static_cast<unsigned>(seed));
    std::vector<std::string> people;
    for (int i = 0; i < 40; ++i) {
      const std::string& body = bodies[random() % bodies.size()];
      collect_emails(body, people);
      RawDelivery one = delivery(body + std::string(random() % 3, ' '));
      one.received += std::chrono::seconds{i};
      ASSERT_TRUE(log().append_and_wait(one));
    }
    project();
    sort_unique(people);
    for (int round = 0; round < 2; ++round) {
      const std::string person = people[random() % people.size()];
      const auto done = forget(person);
      if (!done && done.error().code == Errc::not_found) continue;
      ASSERT_TRUE(done) << done.error().text();
      expect_no_trace_of(person);
      expect_sound_and_rebuilt_to_the_same_bytes();
    }
  }
}

}  // namespace
}  // namespace calsync
