#include "state/views/statement_text.hpp"
#include "tests/connectors/calcom/wire/deliveries.hpp"
#include "tests/connectors/calcom/wire/fold_bench.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

namespace calsync {
namespace {

StatementQuery october() {
  return {.from = "2026-10-01",
          .to = "2026-10-31",
          .zone = *Zone::find("UTC"),
          .status = {BookingStatus::accepted}};
}

// A log: deliveries in, what was known at each event out.
class Log {
 public:
  Log& take(const Delivery& delivery) {
    for (auto& event : bench_.take(delivery.text()).events) events_.push_back(std::move(event));
    return *this;
  }
  [[nodiscard]] std::uint64_t head() const { return events_.size(); }
  [[nodiscard]] StatementFold at(std::uint64_t position) const {
    StatementFold fold;
    for (std::size_t i = 0; i < position; ++i) fold.take(events_[i]);
    return fold;
  }
  [[nodiscard]] Statement stated(const StatementQuery& query, std::uint64_t position) const {
    return make_statement(query, at(position), place(position)).value();
  }
  [[nodiscard]] Statement stated(const StatementQuery& query) const { return stated(query, head()); }
  [[nodiscard]] Statement since(const StatementQuery& query, std::uint64_t earlier,
                                std::uint64_t position) const {
    return make_statement(query, at(earlier), place(earlier), at(position), place(position)).value();
  }

 private:
  static StatementPlace place(std::uint64_t position) { return {"log", EventSequence{position}, {}}; }
  FoldBench bench_;
  std::vector<EventRecord> events_;
};

std::string priced(int price, const std::string& more = "") {
  return R"(,"status":"ACCEPTED","price":)" + std::to_string(price) + R"(,"currency":"GBP")" + more;
}

std::string text_of(const std::vector<StatementLine>& lines) {
  std::string text;
  for (const auto& line : lines)
    text += std::string(to_text(line.kind)) + " " + line.booking.name + " " + std::to_string(line.minutes) +
            " " + (line.price ? std::to_string(*line.price) : "-") + " " + line.note + "\n";
  return text;
}
std::string text_of(const std::vector<StatementTotal>& totals) {
  std::string text;
  for (const auto& total : totals)
    text += total.editor + " " + total.currency + " " + std::to_string(total.bookings) + " " +
            std::to_string(total.minutes) + " " + std::to_string(total.price) + "\n";
  return text;
}

TEST(Statement, SumsByEditorAndCurrencyInMinorUnits) {
  Log log;
  log.take(created("a", 1, priced(12000))).take(created("b", 2, priced(-1))).take(created("c", 3));
  const Statement statement = log.stated(october());
  EXPECT_EQ(text_of(statement.lines), "booking a 60 12000 \nbooking b 60 -1 \nbooking c 60 - \n");
  EXPECT_EQ(text_of(statement.totals), "ana@house.test  1 60 0\nana@house.test GBP 2 120 11999\n");
}

TEST(Statement, AnAmountThatDoesNotFitEndsItInsteadOfAWrongSum) {
  Log log;
  for (const char* uid : {"a", "b"})
    log.take(created(uid, 1, R"(,"status":"ACCEPTED","price":9223372036854775807,"currency":"GBP")"));
  const auto statement = make_statement(october(), log.at(log.head()), {});
  ASSERT_FALSE(statement);
  EXPECT_EQ(statement.error().code, Errc::rejected);
}

TEST(Statement, ThePriceIsTheOneThatWasFirstTold) {
  Log log;
  log.take(created("a", 1, priced(100))).take(created("a", 2, priced(999)));
  EXPECT_EQ(text_of(log.stated(october()).lines), "booking a 60 100 \n");
  Delivery moved = rescheduled("b", "a", 3);
  moved.payload += R"(,"price":777,"currency":"GBP")";
  log.take(moved);
  EXPECT_EQ(text_of(log.stated(october()).lines), "booking b 60 100 \n");  // of what it was moved from
}

TEST(Statement, HoldsTheWholeDaysOfItsZone) {
  Log log;
  log.take(created("a", 1));  // 14:00Z
  StatementQuery query = october();
  query.from = query.to = "2026-10-01";
  EXPECT_EQ(log.stated(query).lines.size(), 1U);
  query.zone = *Zone::find("Pacific/Auckland");  // there it is 03:00 on the next day
  EXPECT_EQ(log.stated(query).lines.size(), 0U);
  query.from = query.to = "2026-10-02";
  EXPECT_EQ(log.stated(query).lines.size(), 1U);
}

TEST(Statement, IsFilteredByEditorServiceAndStatus) {
  Log log;
  log.take(created("a", 1, priced(1))).take(created("b", 1, priced(1))).take(cancelled("b", 2));
  const auto count = [&](auto change) {
    StatementQuery query = october();
    change(query);
    return log.stated(query).lines.size();
  };
  EXPECT_EQ(count([](auto& query) { query.editor = "ANA@house.test"; }), 1U);
  EXPECT_EQ(count([](auto& query) { query.editor = "bo@client.test"; }), 0U);
  EXPECT_EQ(count([](auto& query) { query.service = "review"; }), 1U);
  EXPECT_EQ(count([](auto& query) { query.service = "coaching"; }), 0U);
  EXPECT_EQ(count([](auto& query) { query.team = "editors"; }), 0U);
  EXPECT_EQ(count([](auto& query) { query.status = {}; }), 2U);
}

TEST(Statement, TellsWhatChangedSinceAnEarlierOne) {
  Log log;
  log.take(created("a", 1, priced(100))).take(created("b", 1, priced(50))).take(created("c", 1, priced(7)));
  const auto earlier = log.head();
  log.take(cancelled("a", 2)).take(created("d", 3, priced(20))).take(paid("c", 4, 17));
  const Statement statement = log.since(october(), earlier, log.head());
  EXPECT_EQ(text_of(statement.lines), text_of(log.stated(october(), earlier).lines));
  EXPECT_EQ(text_of(statement.adjustments),
            "reversed a -60 -100 status: accepted to cancelled\n"
            "reversed c -60 -7 paid: no to yes\n"
            "added c 60 7 paid: no to yes\n"
            "added d 60 20 not known before\n");
  EXPECT_EQ(text_of(statement.totals), text_of(log.stated(october()).totals));
}

// Whatever happens between two statements, the earlier one and its adjustments add up to the later one.
TEST(Statement, WithItsAdjustmentsAddsUpToALaterOne) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    Log log;
    for (int i = 0; i < 15; ++i) {
      const std::string uid(1, static_cast<char>('b' + random() % 5));
      const int at = static_cast<int>(random() % 50);
      switch (random() % 4) {
        case 0:
          log.take(cancelled(uid, at));
          break;
        case 1:
          log.take(rescheduled(uid, std::string(1, static_cast<char>(uid[0] - 1)), at));
          break;
        case 2:
          log.take(paid(uid, at, 17));
          break;
        default:
          log.take(created(uid, at, priced(static_cast<int>(random() % 500))));
      }
    }
    const auto earlier = random() % (log.head() + 1);
    const auto later = earlier + random() % (log.head() - earlier + 1);
    SCOPED_TRACE("seed " + std::to_string(seed));
    EXPECT_EQ(text_of(log.since(october(), earlier, later).totals),
              text_of(log.stated(october(), later).totals));
    EXPECT_TRUE(log.since(october(), later, later).adjustments.empty());
  }
}

TEST(Statement, ABookingThatEndsBeforeItBeginsTookNoTime) {
  Log log;
  Delivery backwards = created("b", 2, priced(100));
  backwards.payload.replace(backwards.payload.find("15:00:00Z"), 2, "13");
  log.take(created("a", 1, priced(100))).take(backwards);
  EXPECT_EQ(text_of(log.stated(october()).lines), "booking a 60 100 \nbooking b 0 100 \n");
}

TEST(Statement, ARangeThatEndsBeforeItBeginsIsRefused) {
  StatementQuery query = october();
  query.to = "2026-09-30";
  EXPECT_FALSE(make_statement(query, StatementFold{}, {}));
}

// The consumers' spreadsheet has the same rule and the same table (tests/consumers/parts_test.py).
TEST(StatementCsv, GuardsAgainstFormulasAndQuotesAsRfc4180Says) {
  std::ifstream file("tests/fixtures/csv_fields.json");
  std::ostringstream text;
  text << file.rdbuf();
  const boost::json::value cases = boost::json::parse(text.str());
  ASSERT_GT(cases.as_array().size(), 20u);
  for (const auto& one : cases.as_array())
    EXPECT_EQ(csv_text(one.at("text").as_string()), std::string_view(one.at("field").as_string())) << one;
}

TEST(StatementCsv, EveryRowHasTheSameColumnsAndEndsAsRfc4180Says) {
  Log log;
  log.take(created("a", 1, priced(100)));
  const auto earlier = log.head();
  log.take(cancelled("a", 2)).take(created("b", 3));
  const Statement statement = log.since(october(), earlier, log.head());
  const std::string csv = statement_csv(october(), statement, statement_content(october(), statement));
  std::istringstream rows(csv);
  std::vector<std::string> kinds;
  for (std::string row; std::getline(rows, row);) {
    EXPECT_EQ(row.back(), '\r');
    EXPECT_EQ(std::ranges::count(row, ','), 19) << row;
    kinds.push_back(row.substr(0, row.find(',')));
  }
  EXPECT_EQ(kinds, (std::vector<std::string>{"line", "booking", "reversed", "added", "total", "statement"}));
  EXPECT_NE(csv.find(",-100,GBP,"), std::string::npos) << "a number is no formula: " << csv;
}

TEST(StatementJson, ItsHashIsThatOfItsContent) {
  Log log;
  log.take(created("a", 1, priced(100)));
  const std::string content = statement_content(october(), log.stated(october()));
  EXPECT_EQ(statement_json(content),
            "{\"statement\":" + content + ",\"contentHash\":\"" + to_hex(sha256(content)) + "\"}\n");
}

}  // namespace
}  // namespace calsync
