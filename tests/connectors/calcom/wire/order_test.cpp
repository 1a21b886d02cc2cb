// Cal.com promises no order and may send twice. What we know in the end must not depend on either (DESIGN
// §12.2–§12.4). What may differ is told by which delivery: events, their names, and the key, which is pinned
// by what came first.
#include "tests/connectors/calcom/wire/any_order.hpp"

namespace calsync {
namespace {

History chain_history(std::mt19937& random) {
  History out;
  int at = 1;
  std::string uid = "a";
  const bool asks = random() % 2 == 0;
  if (asks) out.push_back(requested(uid, at++));
  if (asks && random() % 5 == 0) {
    out.push_back(rejected(uid, at++));
    return out;
  }
  out.push_back(created(uid, at++));
  for (auto moves = random() % 4; moves > 0; --moves) {
    const std::string next(1, static_cast<char>(uid[0] + 1));
    if (random() % 3 == 0) {
      out.push_back(requested(next, at++, R"(,"status":"PENDING","rescheduleUid":")" + uid + "\""));
      out.push_back(created(next, at++, R"(,"status":"ACCEPTED")"));
    } else {
      out.push_back(rescheduled(next, uid, at++));
    }
    uid = next;
  }
  if (random() % 2 == 0) out.push_back(paid(uid, at++, 17));
  if (random() % 2 == 0) out.push_back(no_show(uid, at++, true));
  if (random() % 3 == 0) out.push_back(no_show(uid, at++, false));
  if (random() % 2 == 0) out.push_back(cancelled(uid, at++));
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
