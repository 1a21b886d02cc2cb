#include "state/views/people_seen.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace calsync {
namespace {

FoundBooking booking(const char* start, std::vector<PersonSeen> hosts, std::vector<PersonSeen> attendees) {
  FoundBooking out;
  out.start = *parse_instant(start);
  out.hosts = std::move(hosts);
  out.attendees = std::move(attendees);
  return out;
}

std::string text_of(const std::vector<SeenPerson>& people) {
  std::string out;
  for (const auto& one : people)
    out += one.email + "|" + one.name + "|" + (one.host ? "h" : "") + (one.attendee ? "a" : "") + "|" +
           std::to_string(one.bookings) + "|" + (one.first ? to_text(*one.first).substr(0, 10) : "") + "|" +
           (one.last ? to_text(*one.last).substr(0, 10) : "") + "\n";
  return out;
}

const std::vector<FoundBooking> bookings{
    booking("2026-12-02T10:00:00.000Z", {{"Ana", "Ana@Quill.test"}}, {{"Cy", "cy@client.test"}, {"", ""}}),
    booking("2026-12-01T10:00:00.000Z", {{"Ana S", "ana@quill.test"}}, {{"Cyril", "CY@client.test"}}),
    booking("2026-12-03T10:00:00.000Z", {{"Bo", "bo@quill.test"}}, {{"", "ana@quill.test"}}),
    booking("2026-12-03T10:00:00.000Z", {{"Bob", "bo@quill.test"}}, {{"Bob", "bo@quill.test"}}),
};

TEST(PeopleSeen, EachPersonOnceByEmailWithRolesCountAndTheNewestName) {
  PeopleSeen people;
  for (const auto& one : bookings) people.take(one);
  EXPECT_EQ(text_of(people.by_email()),
            "ana@quill.test|Ana|ha|3|2026-12-01|2026-12-03\n"
            "bo@quill.test|Bob|ha|2|2026-12-03|2026-12-03\n"
            "cy@client.test|Cy|a|2|2026-12-01|2026-12-02\n");
}

TEST(PeopleSeen, TheOrderInWhichBookingsAreMetDoesNotShow) {
  PeopleSeen in_order;
  for (const auto& one : bookings) in_order.take(one);
  std::vector<std::size_t> order{0, 1, 2, 3};
  do {
    PeopleSeen people;
    for (const auto at : order) people.take(bookings[at]);
    ASSERT_EQ(text_of(people.by_email()), text_of(in_order.by_email()));
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(PeopleSeen, PagesTogetherAreTheWholeWhateverTheOrder) {
  std::vector<std::size_t> order{0, 1, 2, 3};
  PeopleSeen whole;
  for (const auto& one : bookings) whole.take(one);
  do {
    std::string pages, after;
    for (int page = 0; page < 3; ++page) {
      PeopleSeen some(after, 1);
      for (const auto at : order) some.take(bookings[at]);
      ASSERT_EQ(some.by_email().size(), 1U);
      pages += text_of(some.by_email());
      after = some.by_email().back().email;
    }
    ASSERT_EQ(pages, text_of(whole.by_email()));
  } while (std::next_permutation(order.begin(), order.end()));
}

}  // namespace
}  // namespace calsync
