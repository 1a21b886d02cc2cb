#include "state/store/records.hpp"

#include "state/store/keys.hpp"
#include "tests/state/store/log_fixture.hpp"

namespace calsync::store {
namespace {

const SealKey key = [] {
  SealKey out{};
  out.fill(7);
  return out;
}();
std::string key_row() {
  return std::string(view(key));
}

TEST(Records, ComeBackAsTheyWereForEveryBodySize) {
  for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 255U, 4096U, 1U << 20U}) {
    const RawDelivery sent = delivery(std::string(size, 'x'), "");
    const Encoded encoded = encode_raw(RawSequence{9}, sent, key, {});
    const auto back = decode_raw(RawSequence{9}, encoded.bytes, key_row());
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(back->body, sent.body);
    EXPECT_EQ(back->hash, encoded.hash);
  }
}

TEST(Records, RefuseEveryFlippedByteAndEveryCut) {
  const std::string good = encode_event(event(3, 2), key, {}).bytes;
  const auto sound = [&](const std::string& bytes) {
    const auto parts = split_event(EventSequence{3}, bytes);
    return parts && chain({}, parts->before_hash) == parts->hash &&
           decode_event(EventSequence{3}, bytes, key_row());
  };
  ASSERT_TRUE(sound(good));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(sound(bad)) << "byte " << i;
    EXPECT_FALSE(sound(good.substr(0, i))) << "cut at " << i;
  }
  EXPECT_FALSE(sound(good + "x"));
}

TEST(Records, OpenOnlyInTheirOwnPlace) {
  const Encoded encoded = encode_raw(RawSequence{9}, delivery("x"), key, {});
  EXPECT_EQ(decode_raw(RawSequence{8}, encoded.bytes, key_row()).error().code, Errc::corrupt);
  EXPECT_EQ(decode_raw(RawSequence{9}, encoded.bytes, std::string(32, 'k')).error().code, Errc::corrupt);
  EXPECT_EQ(decode_raw(RawSequence{9}, encoded.bytes, "").error().code, Errc::corrupt)
      << "a lost key is damage";
  EXPECT_FALSE(decode_raw(RawSequence{9}, encoded.bytes, std::string(1, destroyed_mark))->body.has_value());
}

TEST(Records, OfANewerFormatAreCalledForeign) {
  std::string bytes = encode_raw(RawSequence{1}, delivery("x"), key, {}).bytes;
  bytes[0] = 2;
  EXPECT_EQ(decode_raw(RawSequence{1}, bytes, key_row()).error().code, Errc::foreign);
}

// Format 1.0 is on people's disks: these digests, made by another implementation of the format (Python), may
// only change together with its number.
TEST(Records, HaveStableBytes) {
  const Encoded raw = encode_raw(RawSequence{1}, delivery("{}"), key, {});
  EXPECT_EQ(to_hex(sha256(raw.bytes)), "b0943fa5d8b56f1b282ec2b301cf85c1dda716de1b1ef3613d6471cb0805678c");
  EXPECT_EQ(to_hex(sha256(encode_event(event(1, 1), key, {}).bytes)),
            "edc361bf9a20c363a5843e7ca1e6565fada998f315b4027a8f244603255c0801");
}

TEST(Records, SortAsTheirNumbersDo) {
  std::string before;
  for (const std::uint64_t n : {0ULL, 1ULL, 255ULL, 256ULL, 1ULL << 32U, ~0ULL}) {
    EXPECT_LT(before, "x" + sequence_key(n));
    before = "x" + sequence_key(n);
    EXPECT_EQ(sequence_from(sequence_key(n)), n);
  }
}

}  // namespace
}  // namespace calsync::store
