#include "state/store/head_witness.hpp"

#include "tests/state/store/log_fixture.hpp"

namespace calsync::store {
namespace {

Witness some_witness() {
  LogHead head;
  head.raw = RawSequence{18};
  head.raw_hash.fill(1);
  head.event = EventSequence{12};
  head.event_hash.fill(2);
  Digest tail;
  tail.fill(3);
  return {head,
          {{{"MANIFEST-000005", 1234, tail}, {"MANIFEST-000009", 56, tail}}, {{"000012.log", 78, tail}}}};
}

TEST(HeadWitness, ComesBackAsItWas) {
  const auto back = parse_witness(render_witness(some_witness()));
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->head.raw, RawSequence{18});
  EXPECT_EQ(back->head.event_hash, some_witness().head.event_hash);
  EXPECT_EQ(back->files, some_witness().files);
}

TEST(HeadWitness, OfFormat1_0ClaimsNothingOfFiles) {
  std::string text =
      "calsync-log-head 1.0\nraw 18 " + std::string(64, 'a') + "\nevent 0 " + std::string(64, '0') + "\n";
  text += "sum " + to_hex(sha256(text)) + "\n";
  const auto back = parse_witness(text);
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->head.raw, RawSequence{18});
  EXPECT_EQ(back->files, SeenFiles{});
}

TEST(HeadWitness, OfALaterMinorFormatIsReadWithoutTheLinesThatAreNew) {
  std::string text = render_witness(some_witness());
  text.replace(text.find("1.1"), 3, "1.2");
  text.resize(text.rfind("sum "));
  text += "colour blue and green\n";
  text += "sum " + to_hex(sha256(text)) + "\n";
  const auto back = parse_witness(text);
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->files, some_witness().files);
}

TEST(HeadWitness, IsRefusedAfterAnyChangeOfAByte) {
  const std::string good = render_witness(some_witness());
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(parse_witness(bad)) << "byte " << i;
    EXPECT_FALSE(parse_witness(good.substr(0, i))) << "cut at " << i;
  }
}

TEST(HeadWitness, OfANewerFormatIsForeign) {
  std::string text = render_witness(some_witness());
  text.replace(text.find("1.1"), 3, "2.0");
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
  EXPECT_EQ((*witness)->head.raw, RawSequence{1});
  ASSERT_EQ((*witness)->files.manifests.size(), 1U);
  const SeenFile& manifest = (*witness)->files.manifests.front();
  EXPECT_EQ(read_file(dir.path() / "log" / "CURRENT"), manifest.name + "\n");
  EXPECT_EQ(std::filesystem::file_size(dir.path() / "log" / manifest.name), manifest.bytes);
  ASSERT_EQ((*witness)->files.wals.size(), 1U);
  EXPECT_EQ(std::filesystem::file_size(dir.path() / "log" / (*witness)->files.wals.front().name),
            (*witness)->files.wals.front().bytes);
}

}  // namespace
}  // namespace calsync::store
