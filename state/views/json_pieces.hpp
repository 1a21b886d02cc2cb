// Our own JSON (json_text.hpp) taken apart without being read: the pieces are the very texts that were
// written, so that what is put together from them again is equal byte for byte. Pure. Of anything else than
// JSON it makes pieces that are of no use, and never reads beyond the text.
#pragma once
#include "state/base/time.hpp"
#include "state/events/integer.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace calsync {

class JsonPiece {
 public:
  JsonPiece() = default;
  explicit JsonPiece(std::string_view text) : text_(text) {}
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] bool null() const { return text_.empty() || text_ == "null"; }
  [[nodiscard]] std::vector<std::pair<std::string, JsonPiece>> members()
      const;                                                // empty where it is no object
  [[nodiscard]] std::vector<JsonPiece> elements() const;    // empty where it is no array
  [[nodiscard]] JsonPiece at(std::string_view name) const;  // null where there is none
  // nullopt: null, or of another kind
  [[nodiscard]] std::optional<std::string> string() const;
  [[nodiscard]] std::optional<Integer> integer() const;
  [[nodiscard]] std::optional<bool> boolean() const;
  [[nodiscard]] std::optional<Instant> instant() const;
  [[nodiscard]] std::optional<std::string> json() const;  // the text itself

 private:
  std::string_view text_;
};

// An object taken apart once: for who asks for more than a few of its members.
class JsonMembers {
 public:
  explicit JsonMembers(const JsonPiece& object) : members_(object.members()) {}
  [[nodiscard]] JsonPiece at(std::string_view name) const;  // null where there is none

 private:
  std::vector<std::pair<std::string, JsonPiece>> members_;
};

}  // namespace calsync
