// What an off-boarding's evidence says of runs that were killed (daemon/people/evidence.hpp, saga.hpp).
#include "daemon/people/evidence.hpp"

#include "config/resources/values.hpp"
#include "daemon/people/saga.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace calsync {
namespace {

namespace json = boost::json;

std::vector<json::object> steps_of(std::initializer_list<const char*> texts) {
  std::vector<json::object> out;
  for (const char* text : texts) out.push_back(json::parse(text).get_object());
  return out;
}

Evidence of(std::initializer_list<const char*> texts) {
  Evidence out;
  out.email = "ana@example.org";
  out.steps = steps_of(texts);
  return out;
}

TEST(Evidence, ABookingOfAKilledRunIsDoneOnlyWhereItIsSomebodyElsesHoweverTheAddressIsWritten) {
  const Evidence evidence =
      of({R"({"step":"began"})", R"({"step":"reassign","uid":"hers"})", R"({"step":"began"})",
          R"({"step":"reassign","uid":"his"})",
          R"({"step":"proved","bookings":[{"uid":"hers","status":"accepted","host":"Ana@Example.org"},
                                          {"uid":"his","status":"accepted","host":"Bo@Example.org"}]})"});
  const json::object told = to_json(evidence);
  const json::array& bookings = told.at("bookings").get_array();
  ASSERT_EQ(bookings.size(), 2u);
  EXPECT_EQ(text_in(bookings[0].get_object(), "outcome"), "failed");
  EXPECT_EQ(text_in(bookings[1].get_object(), "outcome"), "done");
}

TEST(Evidence, AnAccountThatAnEarlierRunDeletedIsDeleted) {
  const json::value yes(true), no(false);
  EXPECT_EQ(to_json(of({R"({"step":"account","lost":[]})", R"({"step":"account_deleted"})",
                        R"({"step":"ended"})", R"({"step":"began"})", R"({"step":"ended"})"}))
                .at("accountDeleted"),
            yes);
  EXPECT_EQ(to_json(of({R"({"step":"account","lost":[]})", R"({"step":"stopped"})"})).at("accountDeleted"),
            no);
}

TEST(Saga, AnAccountsDeletionIsOpenUntilAStepSaysHowItEnded) {
  EXPECT_FALSE(was_deleting_account({}));
  EXPECT_TRUE(was_deleting_account(steps_of({R"({"step":"account"})", R"({"step":"began"})"})));
  EXPECT_FALSE(was_deleting_account(steps_of({R"({"step":"account"})", R"({"step":"account_deleted"})"})));
  EXPECT_FALSE(was_deleting_account(steps_of({R"({"step":"account"})", R"({"step":"membership_removed"})"})))
      << "they left with their account";
}

}  // namespace
}  // namespace calsync
