#include "connectors/calcom/circuit_breaker.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {
using std::chrono::seconds;
using State = CircuitBreaker::State;

class Breaker : public testing::Test {
 protected:
  void fail(int times) {
    for (int i = 0; i < times; ++i) {
      EXPECT_FALSE(breaker_.wait_until(now_));
      breaker_.failed(now_);
    }
  }
  CircuitBreaker breaker_;
  CircuitBreaker::Time now_{seconds{1'000}};
};

TEST_F(Breaker, OpensAfterFiveFailuresInARowOnly) {
  fail(4);
  breaker_.succeeded();
  fail(4);
  EXPECT_EQ(breaker_.state(now_), State::closed);
  fail(1);
  EXPECT_EQ(breaker_.state(now_), State::open);
  EXPECT_EQ(breaker_.wait_until(now_), now_ + seconds{30});
}

TEST_F(Breaker, LetsOneTryAfterItsTimeAndClosesWhenThatOneSucceeds) {
  fail(5);
  now_ += seconds{30};
  EXPECT_EQ(breaker_.state(now_), State::half_open);
  EXPECT_FALSE(breaker_.wait_until(now_));
  EXPECT_TRUE(breaker_.wait_until(now_)) << "a second one must wait for the first";
  breaker_.succeeded();
  EXPECT_EQ(breaker_.state(now_), State::closed);
  EXPECT_FALSE(breaker_.wait_until(now_));
}

TEST_F(Breaker, StaysOpenWhenTheOneThatTriedFails) {
  fail(5);
  now_ += seconds{31};
  EXPECT_FALSE(breaker_.wait_until(now_));
  breaker_.failed(now_);
  EXPECT_EQ(breaker_.wait_until(now_), now_ + seconds{30});
}

TEST_F(Breaker, LetsTheNextTryWhenTheOneWasInterrupted) {
  fail(5);
  now_ += seconds{30};
  EXPECT_FALSE(breaker_.wait_until(now_));
  breaker_.gave_up();
  EXPECT_FALSE(breaker_.wait_until(now_));
}

}  // namespace
}  // namespace calsync
