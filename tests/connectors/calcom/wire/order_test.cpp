// Cal.com promises no order and may send twice. What we know in the end must not depend on either (DESIGN
// §12.2–§12.4). What may differ is told by which delivery: events, their names, and the key, which is pinned
// by what came first.
#include "tests/connectors/calcom/wire/any_order.hpp"

namespace calsync {
namespace {

bool one_in(std::mt19937& random, unsigned n) {
  return random() % n == 0;
}

// Pushes the delivery, or the same naming the booking by its number only.
void push(History& out, std::mt19937& random, Delivery delivery) {
  out.push_back(one_in(random, 4) ? by_number(std::move(delivery)) : std::move(delivery));
}

std::string moves(History& out, std::mt19937& random, std::string uid, int& at) {
  for (auto count = random() % 4; count > 0; --count) {
    const std::string next(1, static_cast<char>(uid[0] + 1));
    if (one_in(random, 3)) {
      out.push_back(requested(next, at++, R"(,"status":"PENDING","rescheduleUid":")" + uid + "\""));
      push(out, random, created(next, at++, R"(,"status":"ACCEPTED")"));
    } else {
      if (one_in(random, 3)) out.push_back(by_number(rescheduled(next, uid, at++)));
      out.push_back(rescheduled(next, uid, at++));
    }
    if (one_in(random, 3))
      out.push_back(nobody_came_to_number("AFTER_GUESTS_CAL_VIDEO_NO_SHOW", uid, at++, ""));
    uid = next;
  }
  return uid;
}

void is_paid(History& out, std::mt19937& random, const std::string& uid, int& at) {
  if (one_in(random, 2)) push(out, random, payment_initiated(uid, at++, 17));
  if (one_in(random, 2)) push(out, random, paid(uid, at++, 17));
  if (one_in(random, 2)) push(out, random, paid_without_id(uid, at++));
  if (one_in(random, 5)) push(out, random, paid(uid, at++, 18));
}

void takes_place(History& out, std::mt19937& random, const std::string& uid, int& at) {
  for (const std::string trigger : {"MEETING_STARTED", "MEETING_ENDED"})
    if (one_in(random, 3)) push(out, random, meeting(trigger, uid, at++, ""));
  for (const std::string trigger : {"RECORDING_READY", "RECORDING_TRANSCRIPTION_GENERATED"})
    if (one_in(random, 3)) push(out, random, recording(trigger, uid, at++, "1"));
  for (const std::string host : {"ana@house.test", "eva@house.test"})
    if (one_in(random, 3))
      out.push_back(nobody_came_to_number("AFTER_HOSTS_CAL_VIDEO_NO_SHOW", uid, at++, host));
}

History chain_history(std::mt19937& random) {
  History out;
  int at = 1;
  const bool asks = one_in(random, 2);
  if (asks) push(out, random, requested("a", at++));
  if (asks && one_in(random, 5)) {
    out.push_back(rejected("a", at++));
    return out;
  }
  out.push_back(created("a", at++));
  const std::string uid = moves(out, random, "a", at);
  is_paid(out, random, uid, at);
  takes_place(out, random, uid, at);
  if (one_in(random, 2)) out.push_back(no_show(uid, at++, true));
  if (one_in(random, 3)) out.push_back(no_show(uid, at++, false));
  if (one_in(random, 2)) push(out, random, cancelled(uid, at++));
  return out;
}

History seat_history(std::mt19937& random) {
  History out;
  int at = 1;
  for (const std::string who : {"bo", "cy", "di"}) {
    out.push_back(seat("s", at++, who, "seat-" + who));
    if (random() % 2 == 0) out.push_back(seat_left("s", at++, who));
    if (random() % 3 == 0) out.push_back(seat("s", at++, who, "seat-again-" + who));
  }
  return out;
}

TEST(AnyOrder, AndAnyRepetitionOfAChainOfReschedulesEndsInTheSameState) {
  holds_for(chain_history);
}
TEST(AnyOrder, AndAnyRepetitionOfComingsAndLeavingsEndsInTheSameSeats) {
  holds_for(seat_history);
}

TEST(AnyOrder, OfABookingKnownByItsNumberFirstEndsInOneRowThatToldEachOnce) {
  const std::string absent = "AFTER_HOSTS_CAL_VIDEO_NO_SHOW";
  holds_for_all_orders_of({nobody_came_to_number(absent, "a", 1, "ana@house.test"), created("a", 2),
                           copy_of(nobody_came_to_number(absent, "a", 1, "ana@house.test")),
                           by_number(cancelled("a", 4)), no_show("a", 5, true)});
  holds_for_all_orders_of({by_number(created("a", 1)), rescheduled("b", "a", 2), by_number(paid("b", 3, 7)),
                           by_number(rescheduled("b", "a", 2)),
                           nobody_came_to_number(absent, "a", 5, "ana@house.test")});
  holds_for_all_orders_of({by_number(rescheduled("b", "a", 2)), created("a", 1), rescheduled("c", "b", 3),
                           created("b", 4), by_number(meeting("MEETING_STARTED", "c", 5, "b"))});
}
TEST(AnyOrder, OfPaymentsWithAndWithoutIdTellsEachPaymentOnce) {
  holds_for_all_orders_of(
      {created("a", 1), paid_without_id("a", 2), paid("a", 2, 5), paid_without_id("a", 3)});
  holds_for_all_orders_of(
      {paid_without_id("a", 2), paid("a", 2, 5), paid("a", 3, 6), by_number(paid("a", 4, 6))});
}

// Also what nobody but the oldest of them tells.
TEST(AnyOrder, EndsWithTheSameValuesInTheCompactedTopic) {
  holds_for_all_orders_of(
      {created("a", 1, R"(,"price":9000,"metadata":{"orderId":"1","videoCallUrl":"https://v.test/1"})"),
       cancelled("a", 5), cancelled("a", 6, R"(,"cancellationReason":"other")"),
       meeting("MEETING_STARTED", "a", 7, "")});
  holds_for_all_orders_of({created("a", 1, R"(,"price":9000)"), rescheduled("b", "a", 2),
                           rescheduled("c", "b", 3), created("b", 4, R"(,"description":"d")"),
                           rejected("a", 5)});
}
TEST(AnyOrder, OfTwoParentsOfOneBookingEndsBoth) {
  holds_for_all_orders_of(
      {created("a", 1), created("b", 2), rescheduled("c", "a", 3), rescheduled("c", "b", 4)});
}

TEST(AnyOrder, TheSameDeliveriesAgainGiveTheSameBytes) {
  for (unsigned seed = 1; seed <= 15; ++seed) {
    std::mt19937 random(seed);
    History history = chain_history(random);
    std::shuffle(history.begin(), history.end(), random);
    FoldBench one;
    FoldBench two;
    for (const auto& delivery : history) {
      const auto a = one.take(delivery.text());
      const auto b = two.take(delivery.text());
      ASSERT_EQ(a.events.size(), b.events.size());
      for (std::size_t i = 0; i < a.events.size(); ++i) ASSERT_EQ(a.events[i].value, b.events[i].value);
    }
    ASSERT_EQ(one.views.rows, two.views.rows);
  }
}

TEST(AnyOrder, KeysHaveGaplessSequencesAndAtMostOneEventPerRecord) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    std::mt19937 random(seed);
    History history = chain_history(random);
    std::shuffle(history.begin(), history.end(), random);
    FoldBench bench;
    std::map<std::string, std::uint64_t> last;
    std::map<std::string, std::string> key_of;
    for (const auto& delivery : history) {
      const auto out = bench.take(delivery.text());
      ASSERT_LE(out.events.size(), 1U);
      for (const auto& event : out.events) {
        ASSERT_EQ(event.key_sequence.value(), ++last[event.key.value()]);
        const auto [it, first] = key_of.emplace(event.subject, event.key.value());
        ASSERT_EQ(it->second, event.key.value()) << "the key of a uid never changes";
      }
    }
  }
}

TEST(AnyOrder, ARowOfANewerProgramIsReadAndItsFieldsAreKept) {
  FoldBench bench;
  bench.take(created("a", 1).text());
  std::string& row = bench.views.rows.at("b/a");
  row[0] = 2;                                 // a later format
  row += std::string("\x7e\x03", 2) + "new";  // a tag that this version does not know
  EXPECT_EQ(bench.type(cancelled("a", 2).text()), "booking.cancelled");
  EXPECT_NE(bench.views.rows.at("b/a").find("new"), std::string::npos);
}

}  // namespace
}  // namespace calsync
