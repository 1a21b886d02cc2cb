#include "daemon/app/secrets_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <mutex>

namespace calsync {
namespace {

using testing::ElementsAre;

// What a watch did, in order. Its next look but the first one is in a day.
struct Watched {
  void note(const std::string& what) {
    const std::lock_guard lock(mutex);
    did.push_back(what);
  }
  std::mutex mutex;
  std::vector<std::string> did;
  std::promise<void> told, looked;
};

TEST(SecretsWatch, AWarningThatALookIsSlowIsTakenBackWhenItIsOverEvenIfItEndedAsThatWasTold) {
  Watched watched;
  std::promise<void> end_of_look;
  SecretsWatch watch({.reload =
                          [&] {
                            watched.told.get_future().wait();
                            watched.note("look");
                            end_of_look.set_value();
                          },
                      .refresh = [] {},
                      .due = [] { return std::nullopt; },
                      .is_slow =
                          [&] {
                            watched.told.set_value();
                            end_of_look.get_future().wait();
                            watched.note("told that it goes on");
                          },
                      .slow_has_ended =
                          [&] {
                            watched.note("taken back");
                            watched.looked.set_value();
                          },
                      .slow = std::chrono::milliseconds{1}});
  watch.reload_soon();
  ASSERT_EQ(watched.looked.get_future().wait_for(std::chrono::seconds{20}), std::future_status::ready);
  watch.stop();
  EXPECT_THAT(watched.did, ElementsAre("look", "told that it goes on", "taken back"));
}

TEST(SecretsWatch, AQuickLookIsNoMatterToTellOf) {
  Watched watched;
  SecretsWatch watch({.reload = [&] { watched.looked.set_value(); },
                      .refresh = [] {},
                      .due = [] { return std::nullopt; },
                      .is_slow = [&] { watched.note("slow"); },
                      .slow_has_ended = [&] { watched.note("taken back"); },
                      .slow = std::chrono::minutes{1}});
  watch.reload_soon();
  ASSERT_EQ(watched.looked.get_future().wait_for(std::chrono::seconds{20}), std::future_status::ready);
  watch.stop();
  EXPECT_THAT(watched.did, testing::IsEmpty());
}

}  // namespace
}  // namespace calsync
