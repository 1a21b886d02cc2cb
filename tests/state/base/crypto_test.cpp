#include "state/base/crypto.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <set>

namespace calsync {
namespace {

std::string repeated(char c, std::size_t count) {
  return std::string(count, c);
}

TEST(Sha256, GivesTheDigestsOfFips180) {
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(to_hex(sha256(repeated('a', 1'000'000))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnHowTheTextIsCut) {
  Sha256 hash;
  for (const char* part : {"a", "", "b", "c"}) hash.add(part);
  EXPECT_EQ(hash.finish(), sha256("abc"));
}

struct HmacCase {
  std::string key, message, digest;
};

// RFC 4231, test cases 1 to 4, 6 and 7 (5 is truncated).
TEST(Hmac, GivesTheDigestsOfRfc4231) {
  std::string counting;
  for (char c = 1; c <= 25; ++c) counting.push_back(c);
  const HmacCase cases[] = {
      {repeated('\x0b', 20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {repeated('\xaa', 20), repeated('\xdd', 50),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {counting, repeated('\xcd', 50), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {repeated('\xaa', 131), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {repeated('\xaa', 131),
       "This is a test using a larger than block-size key and a larger than block-size data. The key needs "
       "to be hashed "
       "before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };
  for (const HmacCase& c : cases) {
    HmacKey key(c.key);
    EXPECT_EQ(to_hex(key.sign(c.message)), c.digest);
    EXPECT_EQ(to_hex(key.sign(c.message)), c.digest) << "a key signs more than once";
    const std::string_view text = c.message;
    EXPECT_EQ(to_hex(key.sign({text.substr(0, 3), "", text.substr(3)})), c.digest) << "parts are one message";
  }
}

TEST(Hmac, TakesAnEmptyKey) {
  EXPECT_EQ(to_hex(HmacKey("").sign("")), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  EXPECT_EQ(HmacKey(std::string_view{}).sign(""), HmacKey("").sign(""));
}

SealKey key_of(std::uint8_t byte) {
  SealKey key{};
  key.fill(byte);
  return key;
}

TEST(Seal, GivesBackWhatWasSealed) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{15}, std::size_t{16}, std::size_t{1'048'576}}) {
    const std::string text = repeated('x', size);
    const std::string sealed = seal(key_of(1), "raw/7", text);
    EXPECT_EQ(sealed.size(), size + 28);
    const auto back = unseal(key_of(1), "raw/7", sealed);
    ASSERT_TRUE(back) << size;
    EXPECT_EQ(*back, text);
  }
  EXPECT_EQ(*unseal(key_of(1), {}, seal(key_of(1), {}, {})), "");
}

TEST(Seal, IsTheSameForTheSameInputAndOtherForAnyOther) {
  EXPECT_EQ(seal(key_of(1), "a", "text"), seal(key_of(1), "a", "text"));
  std::set<std::string> nonces;
  for (const std::string& sealed :
       {seal(key_of(1), "a", "text"), seal(key_of(2), "a", "text"), seal(key_of(1), "b", "text"),
        seal(key_of(1), "a", "texu"), seal(key_of(1), "at", "ext")})
    nonces.insert(sealed.substr(0, 12));
  EXPECT_EQ(nonces.size(), 5U) << "a nonce met twice under one key breaks GCM";
}

TEST(Seal, NoticesEveryFlippedBit) {
  const std::string sealed = seal(key_of(1), "raw/7", "a delivery");
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string damaged = sealed;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    const auto back = unseal(key_of(1), "raw/7", damaged);
    ASSERT_FALSE(back) << "bit " << bit;
    ASSERT_EQ(back.error().code, Errc::corrupt);
  }
}

TEST(Seal, OpensOnlyWithItsKeyAtItsPlace) {
  const std::string sealed = seal(key_of(1), "raw/7", "a delivery");
  EXPECT_FALSE(unseal(key_of(2), "raw/7", sealed));
  EXPECT_FALSE(unseal(key_of(1), "raw/8", sealed)) << "a record moved to another place must not open";
  for (std::size_t size = 0; size < sealed.size(); ++size)
    ASSERT_FALSE(unseal(key_of(1), "raw/7", sealed.substr(0, size)));
}

TEST(Compare, TellsEqualFromAnyOther) {
  const Digest a = sha256("a");
  Digest b = a;
  EXPECT_TRUE(equal_in_constant_time(a, b));
  b.back() ^= 1U;
  EXPECT_FALSE(equal_in_constant_time(a, b));
  EXPECT_FALSE(equal_in_constant_time(a, std::span(a).first(31)));
}

TEST(Hex, ReadsSixtyFourDigitsOfEitherCaseAndNothingElse) {
  const Digest digest = sha256("abc");
  std::string text = to_hex(digest);
  EXPECT_EQ(digest_from_hex(text), digest);
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_EQ(digest_from_hex(text), digest);
  EXPECT_FALSE(digest_from_hex(text.substr(1)));
  EXPECT_FALSE(digest_from_hex(text + "0"));
  for (const char wrong : {'g', ' ', '\0', '/', ':', '@', '`'})
    EXPECT_FALSE(digest_from_hex(wrong + text.substr(1)));
}

TEST(Random, UuidsAreOfVersion4AndDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string uuid = random_uuid();
    ASSERT_EQ(uuid.size(), 36U);
    ASSERT_EQ(uuid[14], '4');
    ASSERT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
    seen.insert(uuid);
  }
  EXPECT_EQ(seen.size(), 1000U);
}

}  // namespace
}  // namespace calsync
