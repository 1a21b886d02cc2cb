// Errors and names: what the compiler and the reader rely on.
#include "state/base/error.hpp"
#include "state/base/ids.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {

Result<int> innermost(bool fail) {
  if (fail) return Error{Errc::disk_full, "no space left", {}, std::chrono::seconds{3}};
  return 7;
}
Result<int> middle(bool fail) {
  CALSYNC_TRY(value, "read meta", innermost(fail));
  return value + 1;
}
Result<void> outermost(bool fail) {
  CALSYNC_CHECK("open log", middle(fail));
  return {};
}

TEST(Error, CarriesItsWayFromTheOutsideIn) {
  EXPECT_TRUE(outermost(false));
  const auto failed = outermost(true);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().text(), "no space left (open log > read meta)");
  EXPECT_EQ(failed.error().code, Errc::disk_full);
  EXPECT_EQ(failed.error().retry_after, std::chrono::seconds{3});
  EXPECT_EQ(Error({Errc::io, "plain"}).text(), "plain");
}

TEST(Error, ThrowsItsTextWhenAValueIsTakenThatIsNotThere) {
  try {
    (void)middle(true).value();
    FAIL() << "must throw";
  } catch (const std::runtime_error& e) {
    EXPECT_STREQ(e.what(), "no space left (read meta)");
  }
}

TEST(Error, HasATextForEveryCode) {
  for (int code = 0; code <= static_cast<int>(Errc::cancelled); ++code)
    EXPECT_STRNE(to_text(static_cast<Errc>(code)), "unknown");
}

static_assert(!std::is_convertible_v<RawSequence, EventSequence>);
static_assert(!std::is_convertible_v<std::uint64_t, RawSequence> &&
              !std::is_convertible_v<RawSequence, std::uint64_t>);
static_assert(!std::is_assignable_v<BookingUid&, EventKey>);
static_assert(RawSequence{}.value() == 0 && next(RawSequence{41}) == RawSequence{42});
static_assert(RawSequence{1} < RawSequence{2});

}  // namespace
}  // namespace calsync
