// What we know, as keys and values. The fold reads and writes it; the store keeps it; tests keep it in a map.
// Runs on:  one thread at a time.
// Blocks:   get() may read the disk where the source does.
// Fails:    throws ViewError.
#pragma once
#include "state/base/error.hpp"

#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace calsync {

// The views cannot be read. Not the fault of the record at hand: whoever catches it must not go on without
// the row, or what was told already is told again.
class ViewError : public std::runtime_error {
 public:
  explicit ViewError(Error why) : std::runtime_error(why.text()), error(std::move(why)) {}
  Error error;
};
// A row whose bytes do not add up. `name` is the key, fit to be printed.
class ViewDamaged final : public ViewError {
 public:
  explicit ViewDamaged(const std::string& name)
      : ViewError({Errc::corrupt, "view row " + name +
                                      " cannot be read: make the views anew with `calsync log rebuild`, or "
                                      "use the newer calsyncd that wrote it"}) {}
};

class ViewSource {
 public:
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;  // false: enough

  virtual ~ViewSource() = default;
  virtual std::optional<std::string> get(std::string_view key) = 0;  // throws ViewError
  // The rows whose keys begin with `prefix` and are above `after` (empty: from the first), by key. One row is
  // held at a time. What is seen is one moment's. Throws ViewError.
  virtual void scan(std::string_view prefix, std::string_view after, const Visit& visit) = 0;
};

// Of a map of rows: the first that scan() would visit.
template <class Rows>
auto first_of_scan(Rows& rows, std::string_view prefix, std::string_view after) {
  return after < prefix ? rows.lower_bound(prefix) : rows.upper_bound(after);
}

// Changes on top of a source: read your own writes, commit them later in one batch, or drop them.
class ViewTable final : public ViewSource {
 public:
  using Changes = std::map<std::string, std::optional<std::string>, std::less<>>;  // nullopt: erased

  explicit ViewTable(ViewSource& below) : below_(below) {}
  ViewTable(const ViewTable&) = delete;
  ViewTable& operator=(const ViewTable&) = delete;
  std::optional<std::string> get(std::string_view key) override {
    if (const auto it = changes_.find(key); it != changes_.end()) return it->second;
    return below_.get(key);
  }
  void scan(std::string_view prefix, std::string_view after, const Visit& visit) override {
    auto mine = first_of_scan(changes_, prefix, after);
    bool enough = false;
    // My own up to `key`, which is mine where it is told true.
    const auto up_to = [&](std::optional<std::string_view> key) {
      bool met = false;
      for (; !enough && !met && mine != changes_.end() && mine->first.starts_with(prefix) &&
             (!key || mine->first <= *key);
           ++mine) {
        met = key && mine->first == *key;
        enough = mine->second && !visit(mine->first, *mine->second);
      }
      return met;
    };
    below_.scan(prefix, after, [&](std::string_view key, std::string_view value) {
      if (!up_to(key) && !enough) enough = !visit(key, value);
      return !enough;
    });
    up_to(std::nullopt);
  }
  void put(std::string key, std::string value) { set(std::move(key), std::move(value)); }
  void erase(std::string key) { set(std::move(key), std::nullopt); }
  void apply(Changes changes) {
    for (auto& [key, value] : changes) set(key, std::move(value));
  }
  [[nodiscard]] const Changes& changes() const { return changes_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }  // of the changes
  Changes take() {
    bytes_ = 0;
    return std::exchange(changes_, {});
  }

 private:
  static std::size_t size(const std::optional<std::string>& value) { return value ? value->size() : 0; }
  void set(std::string key, std::optional<std::string> value) {
    const auto [row, added] = changes_.try_emplace(std::move(key));
    if (added) bytes_ += row->first.size();
    bytes_ += size(value);
    bytes_ -= size(row->second);
    row->second = std::move(value);
  }

  ViewSource& below_;
  Changes changes_;
  std::size_t bytes_ = 0;
};

class MemoryViews final : public ViewSource {
 public:
  std::optional<std::string> get(std::string_view key) override {
    const auto it = rows.find(key);
    return it == rows.end() ? std::nullopt : std::optional(it->second);
  }
  void scan(std::string_view prefix, std::string_view after, const Visit& visit) override {
    for (auto it = first_of_scan(rows, prefix, after); it != rows.end() && it->first.starts_with(prefix);
         ++it)
      if (!visit(it->first, it->second)) return;
  }
  void apply(const ViewTable::Changes& changes) {
    for (const auto& [key, value] : changes) {
      if (value)
        rows.insert_or_assign(key, *value);
      else
        rows.erase(key);
    }
  }
  std::map<std::string, std::string, std::less<>> rows;
};

}  // namespace calsync
