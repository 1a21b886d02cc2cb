#include "state/store/head_witness.hpp"

#include "tests/state/store/log_fixture.hpp"

namespace calsync::store {
namespace {

LogHead some_head() {
  LogHead head;
  head.raw = RawSequence{18};
  head.raw_hash.fill(1);
  head.event = EventSequence{12};
  head.event_hash.fill(2);
  return head;
}

TEST(HeadWitness, ComesBackAsItWas) {
  const auto back = parse_witness(render_witness(some_head()));
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->raw, RawSequence{18});
  EXPECT_EQ(back->event_hash, some_head().event_hash);
}

TEST(HeadWitness, IsRefusedAfterAnyChangeOfAByte) {
  const std::string good = render_witness(some_head());
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(parse_witness(bad)) << "byte " << i;
    EXPECT_FALSE(parse_witness(good.substr(0, i))) << "cut at " << i;
  }
}

TEST(HeadWitness, OfANewerFormatIsForeign) {
  std::string text = render_witness(some_head());
  text.replace(text.find("1.0"), 3, "2.0");
  EXPECT_EQ(parse_witness(text).error().code, Errc::foreign);
}

TEST(HeadWitness, IsThereAfterEveryClose) {
  const TempDir dir;
  {
    const auto log = must_open(dir.path() / "log");
    append(*log->log, "x");
  }
  Disk disk;
  const auto witness = read_witness(disk, dir.path() / "log");
  ASSERT_TRUE(witness && *witness);
  EXPECT_EQ((*witness)->raw, RawSequence{1});
}

}  // namespace
}  // namespace calsync::store
