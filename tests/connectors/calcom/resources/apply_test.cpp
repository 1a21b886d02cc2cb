#include "tests/connectors/calcom/resources/organisation.hpp"

namespace calsync {
namespace {

using testing::IsEmpty;

TEST(Apply, FromNothingToTheExampleInOneGoAndThenNothingIsLeftToDo) {
  const auto read = read_desired(files_of("deploy/example-org"), few_zones());
  ASSERT_TRUE(read.good()) << findings_of(read);
  Organisation org;
  const Plan first = org.plan(read.desired);
  const auto applied = org.apply(read.desired, first);
  EXPECT_THAT(applied.failed, IsEmpty());
  EXPECT_THAT(applied.not_taken, IsEmpty());
  EXPECT_EQ(addresses_of(org.plan(read.desired, &applied.owned)), "");
}

}  // namespace
}  // namespace calsync
