#include "state/base/secret.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <new>
#include <ostream>

namespace calsync {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};
template <class T>
concept Comparable = requires(const T& a, const T& b) {
  a == b;
};
static_assert(Printable<std::string> && Comparable<std::string>);
static_assert(!Printable<Secret>, "a secret must not go to a stream");
static_assert(!Comparable<Secret>, "== on secrets takes a time that tells where they differ");
static_assert(!std::is_convertible_v<Secret, std::string> &&
              !std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>, "becoming a secret is said in words");
static_assert(std::is_nothrow_move_constructible_v<Secret>);

// A short text lives inside the object (libstdc++: up to 15 bytes), so a look at the object's own bytes
// tells.
const std::string short_text = "s3cret-inside";

// The object in storage of our own, which may be read after the object's end.
class Lodging {
 public:
  Secret& hold(Secret secret) { return *new (storage_) Secret(std::move(secret)); }
  void end() { std::launder(reinterpret_cast<Secret*>(storage_))->~Secret(); }
  [[nodiscard]] bool still_has(std::string_view text) const {
    const volatile unsigned char* bytes = storage_;
    std::string copy;
    for (std::size_t i = 0; i < sizeof storage_; ++i) copy.push_back(static_cast<char>(bytes[i]));
    return copy.find(text) != std::string::npos;
  }

 private:
  alignas(Secret) unsigned char storage_[sizeof(Secret)] = {};
};

TEST(Secret, IsWipedWhenItEnds) {
  Lodging lodging;
  lodging.hold(Secret(short_text));
  ASSERT_TRUE(lodging.still_has(short_text));
  lodging.end();
  EXPECT_FALSE(lodging.still_has(short_text));
}

TEST(Secret, IsWipedWhereItMovedAwayFrom) {
  Lodging lodging;
  Secret& from = lodging.hold(Secret(short_text));
  const Secret to = std::move(from);
  EXPECT_EQ(to.reveal(), short_text);
  EXPECT_FALSE(lodging.still_has(short_text));
  Secret assigned;
  Secret& again = lodging.hold(Secret(short_text));
  assigned = std::move(again);
  EXPECT_EQ(assigned.reveal(), short_text);
  EXPECT_FALSE(lodging.still_has(short_text));
  lodging.end();
}

TEST(Secret, IsWipedWhenAShorterOneTakesItsPlace) {
  Lodging lodging;
  Secret& secret = lodging.hold(Secret(short_text));
  secret = Secret("x");
  EXPECT_EQ(secret.reveal(), "x");
  EXPECT_FALSE(lodging.still_has(short_text.substr(1)));
  lodging.end();
}

TEST(Secret, KeepsLongTextsThroughCopyAndMove) {
  const std::string text(10'000, 'k');
  Secret a{text};
  const Secret b = a;
  Secret c = std::move(a);
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): that it is empty is the promise
  EXPECT_EQ(b.reveal(), text);
  EXPECT_EQ(c.reveal(), text);
  Secret& same = c;
  c = same;
  EXPECT_EQ(c.size(), text.size());
}

}  // namespace
}  // namespace calsync
