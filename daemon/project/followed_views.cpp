#include "daemon/project/followed_views.hpp"

#include <algorithm>
#include <cstring>
#include <deque>

namespace calsync {
namespace {

// The rows of a source one after the other, a few held at a time.
class RowsInOrder {
 public:
  RowsInOrder(ViewSource& source, std::string_view prefix, std::string_view after)
      : source_(source), prefix_(prefix), last_(after) {
    fill();
  }
  [[nodiscard]] const std::string* key() const { return some_.empty() ? nullptr : &some_.front().first; }
  [[nodiscard]] bool is_at(std::string_view key) const {
    return !some_.empty() && some_.front().first == key;
  }
  std::string take() {
    std::string value = std::move(some_.front().second);
    some_.pop_front();
    if (some_.empty()) fill();
    return value;
  }

 private:
  void fill() {
    constexpr std::size_t at_once = 64;
    if (ended_) return;
    ended_ = true;
    source_.scan(prefix_, last_, [this](std::string_view key, std::string_view value) {
      some_.emplace_back(key, value);
      ended_ = some_.size() < at_once;
      return ended_;
    });
    if (!some_.empty()) last_ = some_.back().first;
  }

  ViewSource& source_;
  std::string prefix_, last_;
  bool ended_ = false;
  std::deque<std::pair<std::string, std::string>> some_;
};

}  // namespace

FollowedViews::Print FollowedViews::print_of(std::string_view key) {
  const Digest digest = sha256(key);
  Print print{};
  static_assert(sizeof(print) <= sizeof(digest));
  std::memcpy(print.data(), digest.data(), sizeof(print));
  return print;
}

std::optional<std::string> FollowedViews::get(std::string_view key) {
  if (const auto held = held_.find(key); held != held_.end()) return held->second;
  return settled_.contains(print_of(key)) ? now_.get(key) : begin_.get(key);
}

// NOLINTNEXTLINE(readability-function-cognitive-complexity): a merge of two sorted sources, in one piece
void FollowedViews::scan(std::string_view prefix, std::string_view after, const Visit& visit) {
  RowsInOrder begin(begin_, prefix, after), now(now_, prefix, after);
  auto held = first_of_scan(held_, prefix, after);
  for (;;) {
    const bool mine = held != held_.end() && held->first.starts_with(prefix);
    const std::string* first = mine ? &held->first : nullptr;
    for (const std::string* other : {begin.key(), now.key()})
      if (other != nullptr && (first == nullptr || *other < *first)) first = other;
    if (first == nullptr) return;
    const std::string key = *first;
    const bool is_mine = mine && held->first == key;
    std::optional<std::string> was, is;
    if (begin.is_at(key)) was = begin.take();
    if (now.is_at(key)) is = now.take();
    const std::optional<std::string>& row = is_mine                            ? held->second
                                            : settled_.contains(print_of(key)) ? is
                                                                               : was;
    if (row && !visit(key, *row)) return;
    if (is_mine) ++held;
  }
}

void FollowedViews::apply(ViewTable::Changes changes) {
  while (!changes.empty()) {
    auto change = changes.extract(changes.begin());
    const Print print = print_of(change.key());
    if (now_.get(change.key()) == change.mapped()) {
      held_.erase(change.key());
      settled_.insert(print);
      continue;
    }
    settled_.erase(print);
    if (const auto known = held_.find(change.key()); known != held_.end())
      known->second = std::move(change.mapped());
    else
      held_.insert(std::move(change));
  }
}

}  // namespace calsync
