// One JSON document, read once and strictly: nothing that Cal.com cannot have written gets past this file (F13).
// Refused: more than 64 levels, invalid UTF-8, lone surrogates, U+0000, a name twice in one object, a number
// that no double holds, a byte order mark, anything behind the end.
// Memory: linear in the body, freed with the document.
#pragma once
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace calsync {

class JsonDocument {
 public:
  explicit JsonDocument(std::string_view text);
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  [[nodiscard]] const boost::json::object* object() const { return root_ ? root_->if_object() : nullptr; }
  [[nodiscard]] bool readable() const { return root_.has_value(); }
  // Where it is not readable; no piece of the text.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  std::array<unsigned char, std::size_t{32} * 1024>
      first_block_;  // enough for an ordinary delivery: no allocation
  boost::json::monotonic_resource memory_;
  std::optional<boost::json::value> root_;
  std::string problem_;
};

}  // namespace calsync
