#include "state/views/tagged.hpp"

namespace calsync {

void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

bool take_varint(std::string_view& in, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && !in.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out += text;
}

bool take_text(std::string_view& in, std::string& text) {
  std::uint64_t size = 0;
  if (!take_varint(in, size) || size > in.size()) return false;
  text.assign(in.substr(0, size));
  in.remove_prefix(size);
  return true;
}

void TagWriter::field(std::uint8_t tag, std::string_view bytes) {
  out_ += static_cast<char>(tag);
  put_text(out_, bytes);
}

bool TagReader::next() {
  if (!sound_ || rest_.empty()) return false;
  const auto field = rest_;
  tag_ = static_cast<std::uint8_t>(rest_.front());
  rest_.remove_prefix(1);
  std::uint64_t size = 0;
  sound_ = take_varint(rest_, size) && size <= rest_.size();
  if (!sound_) return false;
  bytes_ = rest_.substr(0, size);
  rest_.remove_prefix(size);
  whole_ = field.substr(0, field.size() - rest_.size());
  return true;
}

}  // namespace calsync
