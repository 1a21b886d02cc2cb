// The views as they are made anew from the log's beginning, for who reads it once more: a row that has come to what
// the log has it to be now is read there, and only the others are held. Of a log at rest that is next to nothing.
// Runs on:  one thread.
// Blocks:   as its sources do.
// Fails:    throws ViewError, as they do.
#pragma once
#include "state/base/crypto.hpp"
#include "state/views/view_table.hpp"

#include <array>
#include <unordered_set>

namespace calsync {

class FollowedViews final : public ViewSource {
 public:
  // Both outlive this. `begin`: before the first record; `now`: behind any of them, and one moment's.
  FollowedViews(ViewSource& begin, ViewSource& now) : begin_(begin), now_(now) {}

  std::optional<std::string> get(std::string_view key) override;
  void scan(std::string_view prefix, std::string_view after, const Visit& visit) override;
  void apply(ViewTable::Changes changes);
  [[nodiscard]] std::size_t held() const { return held_.size(); }

 private:
  using Print =
      std::array<std::uint64_t, 2>;  // half of the key's SHA-256: keys would take several times as much
  struct HashOfPrint {
    std::size_t operator()(const Print& print) const { return print[0]; }
  };
  static Print print_of(std::string_view key);

  ViewSource& begin_;
  ViewSource& now_;
  ViewTable::Changes held_;
  std::unordered_set<Print, HashOfPrint> settled_;  // rows that are as `now` has them; also: not there
};

}  // namespace calsync
