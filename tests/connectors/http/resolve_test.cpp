#include "connectors/http/resolve.hpp"

#include "connectors/http/percent.hpp"

#include <boost/asio/error.hpp>
#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace calsync {
namespace {
using Steady = std::chrono::steady_clock;

// Name servers that are silent until the test ends.
struct Silent {
  std::promise<void> ended;
  std::shared_future<void> end = ended.get_future().share();
  LookUp look_up = [end = end](const std::string&, std::uint16_t, boost::system::error_code&) {
    end.wait();
    return Endpoints{};
  };
  ~Silent() { ended.set_value(); }
};

TEST(Resolve, ALookUpThatHangsEndsWithItsTime) {
  Silent silent;
  const auto found =
      resolve("cal.example", 443, Steady::now() + std::chrono::milliseconds{20}, {}, silent.look_up);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::timeout);
}

TEST(Resolve, ALookUpThatHangsEndsWhenAskedToStop) {
  Silent silent;
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  const auto found =
      resolve("cal.example", 443, Steady::now() + std::chrono::hours{1}, stop.get_token(), silent.look_up);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::cancelled);
}

TEST(Resolve, AnAddressNeedsNoLookUp) {
  Silent silent;
  for (const char* address : {"127.0.0.1", "::1"}) {
    const auto found = resolve(address, 80, Steady::now(), {}, silent.look_up);
    ASSERT_TRUE(found) << address;
    EXPECT_EQ(found->front().address().to_string(), address);
  }
}

TEST(Resolve, ANameThatIsNotThereIsTold) {
  const auto found = resolve("nowhere.invalid", 80, Steady::now() + std::chrono::hours{1}, {},
                             [](const std::string&, std::uint16_t, boost::system::error_code& code) {
                               code = boost::asio::error::host_not_found;
                               return Endpoints{};
                             });
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::unavailable);
  EXPECT_NE(found.error().what.find("nowhere.invalid"), std::string::npos);
}

TEST(PercentEncoding, LeavesOnlyWhatMayStandAnywhere) {
  EXPECT_EQ(percent_encoded("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encoded(std::string_view("a b/c?&=+%\0é", 13)), "a%20b%2Fc%3F%26%3D%2B%25%00%C3%A9");
}

TEST(Resolve, LookUpsThatHangAreNotPiledUpWithoutEnd) {
  Silent silent;
  Errc last = Errc::timeout;
  for (int i = 0; i < 20 && last == Errc::timeout; ++i)
    last = resolve("cal.example", 443, Steady::now(), {}, silent.look_up).error().code;
  EXPECT_EQ(last, Errc::unavailable);
}

}  // namespace
}  // namespace calsync
