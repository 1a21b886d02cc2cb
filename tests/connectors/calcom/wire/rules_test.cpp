// DESIGN §12.2–§12.4, sentence by sentence: what arrives, and the events that come of it ("" where none).
#include "tests/connectors/calcom/wire/deliveries.hpp"
#include "tests/connectors/calcom/wire/fold_bench.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace calsync {
namespace {

namespace json = boost::json;

struct Rule {
  const char* sentence;
  std::vector<Delivery> arrive;
  std::vector<std::string> events;
};

const std::vector<Rule> rules = {
    {"a booking is created", {created("a", 1)}, {"booking.created"}},
    {"the same fact through a second subscription emits nothing",
     {created("a", 1), created("a", 2)},
     {"booking.created", ""}},
    {"A to B to A emits twice",
     {created("a", 1),
      {"BOOKING_CREATED", minute(2), common("a", R"(,"location":"B")")},
      {"BOOKING_CREATED", minute(3), common("a", R"(,"location":"A")")},
      {"BOOKING_CREATED", minute(4), common("a", R"(,"location":"B")")}},
     {"booking.created", "booking.changed", "booking.changed", "booking.changed"}},
    {"CREATED on a pending booking is its confirmation",
     {requested("a", 1), created("a", 2)},
     {"booking.requested", "booking.confirmed"}},
    {"a request is declined",
     {requested("a", 1), rejected("a", 2)},
     {"booking.requested", "booking.rejected"}},
    {"a late CREATED never revives a cancelled booking, and what only it tells is a change",
     {cancelled("a", 2), created("a", 1), created("a", 1)},
     {"booking.cancelled", "booking.changed", ""}},
    {"not even a newer one",
     {created("a", 1), cancelled("a", 2), created("a", 3)},
     {"booking.created", "booking.cancelled", ""}},
    {"a late request does not undo a confirmation",
     {created("a", 2), requested("a", 1)},
     {"booking.created", ""}},
    {"a cancellation is final even where it arrives late",
     {created("a", 2), cancelled("a", 1)},
     {"booking.created", "booking.cancelled"}},
    {"what is cancelled is not rejected afterwards",
     {created("a", 1), cancelled("a", 2), rejected("a", 3)},
     {"booking.created", "booking.cancelled", ""}},
    {"what is rejected is not cancelled afterwards",
     {requested("a", 1), rejected("a", 2), cancelled("a", 3)},
     {"booking.requested", "booking.rejected", ""}},
    {"of a rejection and a cancellation the older is what happened, even where it arrives late",
     {rejected("a", 2), cancelled("a", 1)},
     {"booking.rejected", "booking.cancelled"}},
    {"and the reverse", {cancelled("a", 2), rejected("a", 1)}, {"booking.cancelled", "booking.rejected"}},
    {"the old uid of a reschedule emits nothing",
     {created("a", 1), rescheduled("b", "a", 2)},
     {"booking.created", "booking.rescheduled"}},
    {"a reschedule that needs confirmation is a request, then a confirmation",
     {created("a", 1), requested("b", 2, R"(,"rescheduleUid":"a")"), created("b", 3)},
     {"booking.created", "booking.requested", "booking.confirmed"}},
    {"an ancestor learned later links",
     {cancelled("b", 3), rescheduled("b", "a", 2)},
     {"booking.cancelled", "booking.linked"}},
    {"the late creation of a rescheduled booking tells what was not known of it",
     {rescheduled("b", "a", 2), created("a", 1), created("a", 1)},
     {"booking.rescheduled", "booking.changed", ""}},
    {"the host asks for another time",
     {created("a", 1), cancelled("a", 2, R"(,"requestReschedule":true)")},
     {"booking.created", "booking.reschedule_requested"}},
    {"the same in its older form",
     {created("a", 1), cancelled("a", 2, R"(,"cancellationReason":"Please reschedule. Travel")")},
     {"booking.created", "booking.reschedule_requested"}},
    {"a payment is told once per payment",
     {created("a", 1), paid("a", 2, 7), paid("a", 3, 7), paid("a", 4, 8)},
     {"booking.created", "booking.paid", "", "booking.paid"}},
    {"a payment told without its id is the first one that has an id, in either order",
     {created("a", 1), paid_without_id("a", 2), paid("a", 2, 5), paid_without_id("a", 3), paid("a", 4, 6)},
     {"booking.created", "booking.paid", "booking.changed", "", "booking.paid"}},
    {"and where the id came first",
     {paid("a", 2, 5), paid_without_id("a", 3), paid("a", 4, 6)},
     {"booking.paid", "", "booking.paid"}},
    {"what was told of a booking's number is told once, also when the uid is known",
     {nobody_came_to_number("AFTER_HOSTS_CAL_VIDEO_NO_SHOW", "a", 1, "ana@house.test"), created("a", 2),
      copy_of(nobody_came_to_number("AFTER_HOSTS_CAL_VIDEO_NO_SHOW", "a", 1, "ana@house.test"))},
     {"meeting.host_no_show", "booking.created", ""}},
    {"a booking that was made under its number is not made again under its uid",
     {by_number(created("a", 1)), created("a", 2)},
     {"booking.created", "booking.changed"}},
    {"a reschedule that names its own number is no link, and cancels nothing",
     {{"BOOKING_RESCHEDULED", minute(2), R"("bookingId":5,"rescheduleId":5,"rescheduleUid":"a")"},
      {"BOOKING_CREATED", minute(3), R"("uid":"a","bookingId":5,"title":"T")"}},
     {"booking.rescheduled", "booking.changed"}},
    {"nor does one without uid that does not say which number it names",
     {{"BOOKING_RESCHEDULED", minute(2), R"("bookingId":5,"rescheduleUid":"a")"},
      {"BOOKING_CREATED", minute(3), R"("uid":"a","bookingId":5,"title":"T")"}},
     {"booking.rescheduled", "booking.changed"}},
    {"PAID may overtake CREATED, which is then still news",
     {paid("a", 2, 7), created("a", 1)},
     {"booking.paid", "booking.created"}},
    {"a booking that waits for payment is confirmed by CREATED",
     {{"BOOKING_PAYMENT_INITIATED", minute(1), common("a", R"(,"status":"ACCEPTED","paymentId":7)")},
      created("a", 2)},
     {"booking.payment_initiated", "booking.confirmed"}},
    {"a payment begins once",
     {{"BOOKING_PAYMENT_INITIATED", minute(1), common("a", R"(,"paymentId":7)")},
      {"BOOKING_PAYMENT_INITIATED", minute(2), common("a", R"(,"paymentId":7)")}},
     {"booking.payment_initiated", ""}},
    {"no-show marks, twice the same, and taken back",
     {created("a", 1), no_show("a", 2, true), no_show("a", 3, true), no_show("a", 4, false)},
     {"booking.created", "booking.no_show_updated", "", "booking.no_show_updated"}},
    {"an older no-show mark changes nothing",
     {created("a", 1), no_show("a", 4, false), no_show("a", 3, true)},
     {"booking.created", "", ""}},
    {"seats are added one by one",
     {seat("s", 1, "bo", "1"), seat("s", 2, "cy", "2"), seat("s", 3, "cy", "2")},
     {"booking.created", "booking.seat_added", ""}},
    {"a seat's cancellation is not the booking's",
     {seat("s", 1, "bo", "1"), seat_left("s", 2, "bo"), seat_left("s", 3, "bo"), seat("s", 4, "cy", "2")},
     {"booking.created", "booking.seat_cancelled", "", "booking.seat_added"}},
    {"a seat uid as rescheduleUid is no link",
     {{"BOOKING_RESCHEDULED", minute(1),
       common("b", R"(,"seatsPerTimeSlot":8,"rescheduleUid":"5b0c6c9e-6a02-4d2f-9a86-0c7f3a1f2e11")")}},
     {"booking.rescheduled"}},
    {"a meeting starts once",
     {{"MEETING_STARTED", minute(1), common("a")},
      {"MEETING_STARTED", minute(9), common("a")},
      {"MEETING_ENDED", minute(9), common("a")}},
     {"meeting.started", "", "meeting.ended"}},
    {"a copy that tells more is a change",
     {{"MEETING_STARTED", minute(1), R"("uid":"a","startTime":"2026-10-01T14:00:00Z")"},
      {"MEETING_STARTED", minute(1), common("a")}},
     {"meeting.started", "booking.changed"}},
    {"one absence per host",
     {{"AFTER_HOSTS_CAL_VIDEO_NO_SHOW", minute(1), R"("bookingUid":"a","hostEmail":"Ana@house.test")"},
      {"AFTER_HOSTS_CAL_VIDEO_NO_SHOW", minute(2), R"("bookingUid":"a","hostEmail":"ana@house.test")"},
      {"AFTER_HOSTS_CAL_VIDEO_NO_SHOW", minute(3), R"("bookingUid":"a","hostEmail":"eva@house.test")"}},
     {"meeting.host_no_show", "", "meeting.host_no_show"}},
    {"a form without response id: the same answers within a minute are one",
     {{"FORM_SUBMITTED", minute(1), R"("formId":"f","responses":{"q":{"value":"x"}})"},
      {"FORM_SUBMITTED", minute(2), R"("formId":"f","responses":{"q":{"value":"x"}})"},
      {"FORM_SUBMITTED", minute(9), R"("formId":"f","responses":{"q":{"value":"x"}})"},
      {"FORM_SUBMITTED", minute(9), R"("formId":"f","responses":{"q":{"value":"y"}})"}},
     {"form.submitted", "", "form.submitted", "form.submitted"}},
    {"also where an older telling comes late, and its copy after it",
     {form("f", 5, "x"), form("f", 1, "x"), copy_of(form("f", 1, "x")), copy_of(form("f", 5, "x"))},
     {"form.submitted", "form.submitted", "", ""}},
    {"an unknown trigger is told, once a minute for the same content",
     {{"BOOKING_LOCATION_UPDATED", minute(1), R"("uid":"a")"},
      {"BOOKING_LOCATION_UPDATED", minute(1), R"("uid":"a")"},
      {"BOOKING_LOCATION_UPDATED", minute(5), R"("uid":"a")"}},
     {"webhook.unknown", "", "webhook.unknown"}},
    {"a ping is nothing", {{"PING", minute(1), R"("type":"Test")"}}, {""}},
};

TEST(Rules, EachSentenceOfTheDesignHolds) {
  for (const auto& rule : rules) {
    FoldBench bench;
    std::vector<std::string> events;
    for (const auto& delivery : rule.arrive) events.push_back(bench.type(delivery.text()));
    EXPECT_EQ(events, rule.events) << rule.sentence;
  }
}

json::value value_of(const Normalised& out) {
  return json::parse(out.events.at(0).value);
}

TEST(Rules, TheOldBookingOfARescheduleIsCancelledAndSaysWhereItWent) {
  FoldBench bench;
  bench.take(created("a", 1).text());
  const auto out = bench.take(rescheduled("b", "a", 2).text());
  ASSERT_EQ(out.events.at(0).states.size(), 2U);
  const auto old = json::parse(out.events[0].states[1].json);
  EXPECT_EQ(old.at("status"), "cancelled");
  EXPECT_EQ(old.at("rescheduledTo"), "b");
  EXPECT_EQ(out.events[0].key.value(), "a");
  EXPECT_EQ(value_of(out).at("booking").at("rescheduledFrom").at("uid"), "a");
}

// Do they end the booking "a"?
bool ends_a(const Normalised& out) {
  return std::ranges::any_of(out.events.at(0).states, [](const auto& one) { return one.uid.value() == "a"; });
}

TEST(Rules, AnOccurrenceThatNamesASeatEndsNoOldBookingInAnyVersion) {
  for (const std::uint32_t version : {0U, 2U}) {
    FoldBench bench;
    bench.version = version;
    bench.take(created("a", 1).text());
    const std::string more = R"(,"status":"ACCEPTED","paymentId":7,"rescheduleUid":"a")";
    EXPECT_FALSE(ends_a(bench.take(
        Delivery{"BOOKING_PAYMENT_INITIATED", minute(2), common("b", more + R"(,"attendeeSeatId":"s1")")}
            .text())))
        << version;
    EXPECT_TRUE(
        ends_a(bench.take(Delivery{"BOOKING_PAYMENT_INITIATED", minute(3), common("c", more)}.text())))
        << version;
  }
}

TEST(Rules, AMeetingOfSeatsEndsTheOldBookingWhereVersion2ReadIt) {
  for (const std::uint32_t version : {0U, 2U}) {
    FoldBench bench;
    bench.version = version;
    bench.take(created("a", 1).text());
    bench.take(created("b", 2, R"(,"status":"ACCEPTED","seatsPerTimeSlot":8,"attendeeSeatId":"s1")").text());
    EXPECT_EQ(ends_a(bench.take(meeting("MEETING_STARTED", "b", 3, "a").text())), version == 2);
  }
}

TEST(Rules, OfTwoEndsOneIsShownAndSomebodyShouldLook) {
  FoldBench bench;
  bench.take(created("a", 1).text());
  bench.take(cancelled("a", 2).text());
  EXPECT_EQ(bench.take(rejected("a", 3).text()).summary.read_again, BookingUid{"a"});
  const auto out = bench.take(paid("a", 4, 7).text());
  EXPECT_EQ(value_of(out).at("booking").at("status"), "cancelled");
  EXPECT_EQ(value_of(out).at("booking").at("cancellation").at("reason"), "ill");
  EXPECT_TRUE(value_of(out).at("booking").at("rejectionReason").is_null());
}

TEST(Rules, AChainKeepsTheKeyOfItsRootAndACircleEnds) {
  FoldBench bench;
  bench.take(rescheduled("b", "a", 1).text());
  bench.take(rescheduled("c", "b", 2).text());
  EXPECT_EQ(bench.take(cancelled("c", 3).text()).events.at(0).key.value(), "a");
  EXPECT_EQ(bench.take(rescheduled("a", "c", 4).text()).summary.subject,
            "a");  // Cal.com does not; a template may
}

TEST(Rules, ABookingWithoutUidIsKnownByItsNumber) {
  FoldBench bench;
  const auto out = bench.take(
      R"({"triggerEvent":"AFTER_GUESTS_CAL_VIDEO_NO_SHOW","createdAt":"2026-09-14T08:00:00Z","payload":{"bookingId":12}})");
  EXPECT_EQ(out.events.at(0).key.value(), "id:12");
  bench.take(
      R"({"triggerEvent":"BOOKING_CREATED","createdAt":"2026-09-14T08:00:00Z","payload":{"uid":"z","bookingId":13,"title":"T"}})");
  EXPECT_EQ(bench.take(R"({"triggerEvent":"AFTER_GUESTS_CAL_VIDEO_NO_SHOW","payload":{"bookingId":13}})")
                .events.at(0)
                .subject,
            "z");
}

TEST(Rules, TheUidTakesOverTheKeyOfItsNumberAndSoDoesTheChain) {
  FoldBench bench;
  const Delivery absence = nobody_came_to_number("AFTER_HOSTS_CAL_VIDEO_NO_SHOW", "a", 1, "ana@house.test");
  const std::string key = "id:" + number_of("a");
  EXPECT_EQ(bench.take(absence.text()).events.at(0).key.value(), key);
  const auto moved = bench.take(rescheduled("b", "a", 3).text());  // names the old booking's number, too
  EXPECT_EQ(moved.events.at(0).key.value(), key);
  EXPECT_EQ(value_of(moved).at("booking").at("chain"), "a");
  EXPECT_FALSE(bench.views.rows.contains("b/" + key));
  EXPECT_EQ(bench.take(cancelled("b", 4).text()).events.at(0).key.value(), key);
  EXPECT_TRUE(bench.take(copy_of(absence).text()).events.empty());
}

TEST(Rules, AKeyThatTheUidHasAlreadyIsKept) {
  FoldBench bench;
  bench.take(no_show("a", 1, true).text());  // by uid only
  bench.take(nobody_came_to_number("AFTER_HOSTS_CAL_VIDEO_NO_SHOW", "a", 2, "ana@house.test").text());
  const auto made = bench.take(created("a", 3).text());
  EXPECT_EQ(made.events.at(0).key.value(), "a");
  EXPECT_EQ(value_of(made).at("booking").at("attendees").at(0).at("absent"), true);
}

TEST(Rules, AClockAheadOfOursCannotFreezeABooking) {
  FoldBench bench;
  bench.take(
      R"({"triggerEvent":"BOOKING_CREATED","createdAt":"2099-01-01T00:00:00Z","payload":{"uid":"z","title":"T"}})",
      at("2026-11-21T13:00:00Z"));
  EXPECT_EQ(
      bench.type(
          R"({"triggerEvent":"BOOKING_CREATED","createdAt":"2026-11-21T13:06:00Z","payload":{"uid":"z","title":"U"}})",
          at("2026-11-21T13:06:00Z")),
      "booking.changed");
}

TEST(Rules, IdsAbove2To53StayExactAndAnAmountThatIsNoIntegerIsNullWithAWarning) {
  FoldBench bench;
  const auto out = bench.take(
      R"({"triggerEvent":"BOOKING_CREATED","payload":{"uid":"z","bookingId":18446744073709551615,"price":1e30}})");
  EXPECT_NE(out.events.at(0).value.find("\"id\":18446744073709551615"), std::string::npos);
  EXPECT_TRUE(value_of(out).at("booking").at("price").is_null());
  EXPECT_EQ(out.summary.reason, "price is no 64-bit integer, read as null");
}

TEST(Rules, CoHostsAmongTheAttendeesAreHostsAndCaseOfEMailsDoesNotMatter) {
  FoldBench bench;
  bench.take(
      R"({"triggerEvent":"BOOKING_REQUESTED","createdAt":"2026-09-14T08:00:00Z","payload":{"uid":"z","organizer":{"email":"a@h.test"},"team":{"id":1,"name":"T","members":[{"email":"Co@h.test"}]},"attendees":[{"email":"Bo@c.test"}]}})");
  const auto out = bench.take(
      R"({"triggerEvent":"BOOKING_CREATED","createdAt":"2026-09-14T09:00:00Z","payload":{"uid":"z","organizer":{"email":"A@h.test"},"team":{"id":1,"name":"T","members":[]},"attendees":[{"email":"bo@C.test"},{"email":"co@h.test"}]}})");
  const auto value = value_of(out);
  EXPECT_EQ(value.at("booking").at("hosts").as_array().size(), 2U);
  EXPECT_EQ(value.at("booking").at("attendees").as_array().size(), 1U);
  EXPECT_EQ(value.at("changes").as_array().size(), 1U) << out.events[0].value;  // the status
}

TEST(Rules, AnUnknownTriggerTellsNothingOfItsBody) {
  FoldBench bench;
  const auto out = bench.take(R"({"triggerEvent":"SOMETHING_NEW","payload":{"note":"canary"}})");
  EXPECT_EQ(out.events.at(0).topic, Topic::system);
  EXPECT_EQ(out.events[0].value.find("canary"), std::string::npos);
  EXPECT_EQ(value_of(out).at("system").as_object().size(), 4U);
}

}  // namespace
}  // namespace calsync
