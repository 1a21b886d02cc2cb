#include "daemon/admin/event_query.hpp"

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
  const auto query = parse_event_query({});
  ASSERT_TRUE(query);
  EXPECT_EQ(query->limit, 100U);
  EXPECT_EQ(query->after.value(), 0U);
  EXPECT_EQ(query->wait.count(), 0);
  EXPECT_TRUE(matches(*query, EventRecord{}));
}

TEST(EventQuery, ABookingIsLookedForAmongBookingsOnly) {
  EventRecord form;
  form.topic = Topic::forms;
  form.subject = "uid";
  EXPECT_FALSE(matches({.booking = "uid"}, form));
  form.topic = Topic::bookings;
  EXPECT_TRUE(matches({.booking = "uid"}, form));
}

}  // namespace
}  // namespace calsync
