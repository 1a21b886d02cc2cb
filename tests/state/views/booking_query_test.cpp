// Bookings found in the views, and in the events up to a place: the same.
#include "state/views/booking_query.hpp"

#include "state/events/email.hpp"
#include "tests/connectors/calcom/wire/deliveries.hpp"
#include "tests/connectors/calcom/wire/fold_bench.hpp"

#include <gtest/gtest.h>

#include <random>

namespace calsync {
namespace {

using Known = std::map<std::string, std::string>;

// The letters of an e-mail may differ in case: consumers are not told of that (DESIGN §12.3).
Known known_in(ViewSource& views) {
  Known known;
  each_booking(views, {}, [&](const FoundBooking& booking, Instant) {
    known[booking.name] = lower_ascii(booking.json);
    return true;
  });
  return known;
}
Known known_by(const BookingsThen& then) {
  Known known;
  for (const auto& [name, json] : then.json_by_name()) known[name] = lower_ascii(json);
  return known;
}

Delivery any_delivery(std::mt19937& random, int at) {
  const std::string uid(1, static_cast<char>('b' + random() % 6));
  const std::string old(1, static_cast<char>(uid[0] - 1));
  switch (random() % 8) {
    case 0:
      return requested(uid, at);
    case 1:
      return rescheduled(uid, old, at);
    case 2:
      return cancelled(uid, at);
    case 3:
      return by_number(created(uid, at));
    case 4:
      return paid(uid, at, 17);
    case 5:
      return meeting("MEETING_ENDED", uid, at, "");
    case 6:
      return no_show(uid, at, true);
    default:
      return created(uid, at);
  }
}

TEST(Bookings, TheEventsUpToEveryPlaceGiveWhatTheViewsHadThere) {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    std::mt19937 random(seed);
    FoldBench bench;
    BookingsThen then;
    std::string history;
    for (int at = 1; at <= 20; ++at) {
      const Delivery delivery = any_delivery(random, static_cast<int>(random() % 50));
      history += delivery.text() + "\n";
      for (const auto& event : bench.take(delivery.text()).events) then.take(event);
      ASSERT_EQ(known_by(then), known_in(bench.views)) << "seed " << seed << ":\n" << history;
    }
  }
}

TEST(Bookings, AnErasedEventIsCountedAndChangesNothing) {
  BookingsThen then;
  EventRecord event;
  event.states = {{BookingUid("a"), R"({"uid":"a"})"}};
  then.take(event);
  event.states = {};
  event.erased = true;
  then.take(event);
  EXPECT_EQ(then.erased(), 1U);
  EXPECT_EQ(then.json_by_name().size(), 1U);
  event.erased = false;
  event.states = {{BookingUid("a"), ""}};  // a tombstone
  then.take(event);
  EXPECT_TRUE(then.json_by_name().empty());
}

FoundBooking example() {
  FoldBench bench;
  bench.take(rescheduled("b", "a", 1).text());
  return find_booking(bench.views, "b")->booking;
}

TEST(Bookings, AreReadAsConsumersSeeThem) {
  const FoundBooking booking = example();
  EXPECT_EQ(booking.name, "b");
  EXPECT_EQ(booking.chain, "a");
  EXPECT_EQ(booking.rescheduled_from, "a");
  EXPECT_EQ(booking.status, BookingStatus::accepted);
  EXPECT_EQ(booking.start, at("2026-10-01T14:00:00Z"));
  EXPECT_EQ(booking.minutes, Integer::of(std::int64_t{60}));
  EXPECT_EQ(booking.event_type, "review");
  ASSERT_EQ(booking.hosts.size(), 1U);
  EXPECT_EQ(booking.hosts[0].email, "ana@house.test");
  ASSERT_EQ(booking.attendees.size(), 1U);
  EXPECT_EQ(booking.attendees[0].name, "Bo");
  MemoryViews empty;
  EXPECT_FALSE(find_booking(empty, "b"));
}

struct FilterCase {
  const char* story;
  BookingFilter filter;
  bool matches;
};

TEST(Bookings, AreFilteredByWhatIsAsked) {
  const FilterCase cases[] = {
      {"nothing asked", {}, true},
      {"its uid", {.uid = "b"}, true},
      {"another uid", {.uid = "a"}, false},
      {"the root of its chain", {.chain = "a"}, true},
      {"itself as a chain", {.chain = "b"}, true},
      {"another chain", {.chain = "c"}, false},
      {"a host in other letters", {.host = "ANA@house.test"}, true},
      {"an attendee is no host", {.host = "bo@client.test"}, false},
      {"an attendee", {.attendee = "bo@client.test"}, true},
      {"the event type's slug", {.event_type = "review"}, true},
      {"another event type", {.event_type = "rev"}, false},
      {"no team", {.team = "editors"}, false},
      {"one of two states", {.status = {BookingStatus::pending, BookingStatus::accepted}}, true},
      {"another state", {.status = {BookingStatus::cancelled}}, false},
      {"from its start on", {.from = at("2026-10-01T14:00:00Z")}, true},
      {"after its start", {.from = at("2026-10-01T14:00:00.001Z")}, false},
      {"up to its start, which is not in it", {.to = at("2026-10-01T14:00:00Z")}, false},
      {"up to behind its start", {.to = at("2026-10-01T14:00:00.001Z")}, true},
      {"a text in the title", {.text = "REVIEW"}, true},
      {"a text in an address", {.text = "client.test"}, true},
      {"a text that is nowhere", {.text = "thesis"}, false},
      {"two things, one of them wrong", {.uid = "b", .host = "eva@house.test"}, false},
  };
  for (const auto& [story, filter, matches] : cases) EXPECT_EQ(filter.matches(example()), matches) << story;
}

TEST(Bookings, WithoutAStartAreInNoRange) {
  FoundBooking booking;
  EXPECT_TRUE(BookingFilter{}.matches(booking));
  EXPECT_FALSE(BookingFilter{.from = Instant{}}.matches(booking));
}

TEST(Bookings, AreShownByStartAndThoseWithoutLast) {
  std::vector<FoundBooking> bookings(4);
  bookings[0].name = "none";
  bookings[1].name = "late";
  bookings[1].start = at("2026-10-02T00:00:00Z");
  bookings[2].name = "b";
  bookings[2].start = at("2026-10-01T00:00:00Z");
  bookings[3].name = "a";
  bookings[3].start = bookings[2].start;
  sort_by_start(bookings);
  std::string order;
  for (const auto& one : bookings) order += one.name + " ";
  EXPECT_EQ(order, "a b late none ");
}

TEST(Bookings, AScanGoesOnAfterAName) {
  FoldBench bench;
  for (const char* uid : {"a", "b", "c"}) bench.take(created(uid, 1).text());
  std::string names;
  each_booking(bench.views, "a", [&](const FoundBooking& booking, Instant as_of) {
    names += booking.name;
    EXPECT_EQ(to_text(as_of), minute(1));
    return booking.name != "b";
  });
  EXPECT_EQ(names, "b");
}

TEST(TimeOff, IsGivenAsConsumersSeeIt) {
  FoldBench bench;
  const auto event = bench.take(fixture("webhooks/OOO_CREATED.json")).events.at(0);
  std::vector<std::string> told;
  each_time_off(bench.views, [&](std::string_view name, std::string_view json) {
    told.emplace_back(name);
    EXPECT_NE(event.value.find("\"ooo\":" + std::string(json)), std::string::npos) << event.value;
    return true;
  });
  EXPECT_EQ(told, std::vector<std::string>{event.subject});
}

}  // namespace
}  // namespace calsync
