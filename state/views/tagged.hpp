// Rows of the views: tagged fields behind a format byte. An older program reads a newer row: it skips the
// tags that it does not know and keeps their bytes for the next write. Pure.
//   row   = format(1) { field }        field = tag(1) length(varint) bytes
#pragma once
#include "state/events/integer.hpp"
#include "state/views/told.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace calsync {

class TagWriter {
 public:
  explicit TagWriter(std::string& out) : out_(out) {}
  void field(std::uint8_t tag, std::string_view bytes);

 private:
  std::string& out_;
};

class TagReader {
 public:
  explicit TagReader(std::string_view bytes) : rest_(bytes) {}
  bool next();  // false: at the end, or damaged
  [[nodiscard]] bool sound() const { return sound_; }
  [[nodiscard]] std::uint8_t tag() const { return tag_; }
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  [[nodiscard]] std::string_view whole() const { return whole_; }  // with tag and length: to keep it

 private:
  std::string_view rest_, bytes_, whole_;
  std::uint8_t tag_ = 0;
  bool sound_ = true;
};

void put_varint(std::string& out, std::uint64_t value);
bool take_varint(std::string_view& in, std::uint64_t& value);
void put_text(std::string& out, std::string_view text);  // length, bytes
bool take_text(std::string_view& in, std::string& text);

}  // namespace calsync
