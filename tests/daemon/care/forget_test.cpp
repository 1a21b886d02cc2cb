// An erasure on real records read by the real normaliser: the person is nowhere, and the log is as sound as before.
#include "tests/daemon/care/forget_log.hpp"
#include "tests/state/store/seed.hpp"

#include <random>

namespace calsync {
namespace {

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
  const std::string body = read_file(fixtures_ / "BOOKING_CREATED.json");
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
  ASSERT_TRUE(forget(client_of(read_file(fixtures_ / "BOOKING_CREATED.json"))));
  const auto refused = log().commit(std::move(stale));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
}

TEST_F(ForgetInALog, RefusesWhileWhatHasComeIsNotRead) {
  put("BOOKING_CREATED.json");
  const auto refused =
      forget_person(log(), clock_, client_of(read_file(fixtures_ / "BOOKING_CREATED.json")), {});
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
  const std::string person = client_of(read_file(fixtures_ / "BOOKING_CREATED.json"));
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
  const std::string body = read_file(fixtures_ / "BOOKING_CREATED.json"), uid = uid_of(body);
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
  const std::string body = read_file(fixtures_ / "BOOKING_CREATED.json"), uid = uid_of(body);
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
  const std::string body = read_file(fixtures_ / "BOOKING_CREATED.json");
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
  const std::string body = read_file(fixtures_ / "BOOKING_CREATED.json");
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
  const std::string person = client_of(read_file(fixtures_ / "BOOKING_CREATED.json"));
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
  for (const auto& entry : std::filesystem::directory_iterator(fixtures_))
    if (entry.path().extension() == ".json" && entry.path().filename() != "manifest.json" &&
        !entry.path().filename().string().starts_with("template"))
      bodies.push_back(read_file(entry.path()));
  std::ranges::sort(bodies);
  const auto logs = static_cast<int>(cases_from("CALSYNC_FORGET_LOGS", 25));
  for (int seed = 1; seed <= logs && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    open_.reset();
    std::filesystem::remove_all(dir_.path() / "log");
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
