// What stands in the way of an erasure, and what does not.
#include "tests/daemon/care/forget_log.hpp"

namespace calsync {
namespace {

TEST_F(ForgetInALog, RefusesWhileABookingIsNotOver) {
  put("BOOKING_CREATED.json");
  project();
  const std::string person = client_of(read_file(fixtures_ / "BOOKING_CREATED.json"));
  const auto planned = plan_forgetting(log(), Instant{}, person, {});
  ASSERT_TRUE(planned);
  ASSERT_EQ(planned->obstacles.size(), 1U);
  EXPECT_NE(planned->obstacles[0].find("is not over"), std::string::npos);
}

TEST_F(ForgetInALog, IsNotRefusedForABookingThatVanished) {
  put("BOOKING_CREATED.json");
  const std::string body = read_file(fixtures_ / "BOOKING_CREATED.json"), person = client_of(body);
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
  const std::string body = read_file(fixtures_ / "BOOKING_CREATED.json"), uid = uid_of(body);
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
  const std::string body = read_file(fixtures_ / "BOOKING_CREATED.json"), person = client_of(body);
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

}  // namespace
}  // namespace calsync
