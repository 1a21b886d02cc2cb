// Numbers and texts to bytes and back, big-endian, without padding: the alphabet of every record on disk.
// Pure. A reader that runs out of bytes turns bad and gives zeros and empty texts: ask complete() at the end.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace calsync::store {

class ByteWriter {
 public:
  ByteWriter& u8(std::uint8_t value) { return number(value, 1); }
  ByteWriter& u16(std::uint16_t value) { return number(value, 2); }
  ByteWriter& u32(std::uint32_t value) { return number(value, 4); }
  ByteWriter& u64(std::uint64_t value) { return number(value, 8); }
  ByteWriter& bytes(std::string_view value) {
    out_.append(value);
    return *this;
  }
  // The caller has checked that the text fits: 65,535 bytes, or 4 GiB.
  ByteWriter& text16(std::string_view value) {
    return u16(static_cast<std::uint16_t>(value.size())).bytes(value);
  }
  ByteWriter& text32(std::string_view value) {
    return u32(static_cast<std::uint32_t>(value.size())).bytes(value);
  }
  [[nodiscard]] const std::string& written() const { return out_; }
  std::string take() { return std::move(out_); }
  void reserve(std::size_t size) { out_.reserve(size); }

 private:
  ByteWriter& number(std::uint64_t value, unsigned width) {
    for (unsigned shift = width * 8; shift > 0; shift -= 8)
      out_.push_back(static_cast<char>(value >> (shift - 8)));
    return *this;
  }
  std::string out_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view in) : all_(in), left_(in) {}
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  std::string_view bytes(std::size_t count) {
    if (count > left_.size()) {
      bad_ = true;
      left_ = {};
      return {};
    }
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }
  std::string_view text16() { return bytes(u16()); }
  std::string_view text32() { return bytes(u32()); }
  [[nodiscard]] std::string_view read_so_far() const { return all_.substr(0, all_.size() - left_.size()); }
  [[nodiscard]] std::size_t left() const { return left_.size(); }
  [[nodiscard]] bool good() const { return !bad_; }
  [[nodiscard]] bool complete() const {
    return !bad_ && left_.empty();
  }  // read to the last byte, and no further

 private:
  std::uint64_t number(std::size_t width) {
    std::uint64_t value = 0;
    for (const char c : bytes(width)) value = value << 8U | static_cast<std::uint8_t>(c);
    return value;
  }
  std::string_view all_;
  std::string_view left_;
  bool bad_ = false;
};

}  // namespace calsync::store
