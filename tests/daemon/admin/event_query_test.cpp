#include "daemon/admin/event_query.hpp"

#include "daemon/admin/event_object.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace calsync {
namespace {

TEST(EventJson, AnErasedEventHasAValueOfNull) {
  StoredEvent stored;
  stored.event.subject = "with \"quotes\"";
  stored.event.erased = true;
  const boost::json::value shown = boost::json::parse(event_json(stored));
  EXPECT_TRUE(shown.at("value").is_null());
  EXPECT_EQ(shown.at("subject").as_string(), "with \"quotes\"");
}

TEST(EventQuery, HasItsDefaultsWhereNothingIsAsked) {
  const auto query = parse_event_query({}, {});
  ASSERT_TRUE(query);
  EXPECT_EQ(query->limit, 100U);
  EXPECT_EQ(query->after.value(), 0U);
  EXPECT_EQ(query->wait.count(), 0);
  EventRecord first;
  first.sequence = EventSequence{1};
  EXPECT_TRUE(query->filter.matches(first));
}

TEST(EventQuery, TakesNoNumberThatHasNoNext) {
  const auto after = [](const std::string& number) {
    ServerRequest request;
    request.query = {{"after", number}};
    return parse_event_query(request, {});
  };
  EXPECT_EQ(after("9223372036854775807")->after.value(), 9'223'372'036'854'775'807U);
  for (const char* number :
       {"9223372036854775808", "18446744073709551615", "18446744073709551616", "+1", "0x1"}) {
    const auto query = after(number);
    ASSERT_FALSE(query) << number;
    EXPECT_EQ(query.error().code, Errc::rejected) << number;
  }
}

TEST(EventQuery, ABookingIsLookedForAmongBookingsOnly) {
  EventRecord form;
  form.sequence = EventSequence{1};
  form.topic = Topic::forms;
  form.subject = "uid";
  const EventFilter filter{.bookings = {"uid"}};
  EXPECT_FALSE(filter.matches(form));
  form.topic = Topic::bookings;
  EXPECT_TRUE(filter.matches(form));
}

}  // namespace
}  // namespace calsync
