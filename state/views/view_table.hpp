// What we know, as keys and values. The fold reads and writes it; the store keeps it; tests keep it in a map.
// Thread: one at a time. Blocks: get() may read the disk where the source does.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace calsync {

class ViewSource {
 public:
  virtual ~ViewSource() = default;
  virtual std::optional<std::string> get(std::string_view key) = 0;
};

// Changes on top of a source: read your own writes, commit them later in one batch, or drop them.
class ViewTable {
 public:
  using Changes = std::map<std::string, std::optional<std::string>, std::less<>>;  // nullopt: erased

  explicit ViewTable(ViewSource& below) : below_(below) {}
  std::optional<std::string> get(std::string_view key) {
    if (const auto it = changes_.find(key); it != changes_.end()) return it->second;
    return below_.get(key);
  }
  void put(std::string key, std::string value) {
    changes_.insert_or_assign(std::move(key), std::move(value));
  }
  void erase(std::string key) { changes_.insert_or_assign(std::move(key), std::nullopt); }
  [[nodiscard]] const Changes& changes() const { return changes_; }
  Changes take() { return std::exchange(changes_, {}); }

 private:
  ViewSource& below_;
  Changes changes_;
};

class MemoryViews final : public ViewSource {
 public:
  std::optional<std::string> get(std::string_view key) override {
    const auto it = rows.find(key);
    return it == rows.end() ? std::nullopt : std::optional(it->second);
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
