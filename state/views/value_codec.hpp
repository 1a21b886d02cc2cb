// The values inside a row's fields, and a stamp before each. put() and take() of a type undo each other.
#pragma once
#include "state/views/booking_row.hpp"
#include "state/views/tagged.hpp"

namespace calsync {

inline void put(std::string& out, const std::string& v) {
  put_text(out, v);
}
inline bool take(std::string_view& in, std::string& v) {
  return take_text(in, v);
}
inline void put(std::string& out, bool v) {
  out += v ? '\1' : '\0';
}
inline bool take(std::string_view& in, bool& v) {
  if (in.empty()) return false;
  v = in.front() != 0;
  in.remove_prefix(1);
  return true;
}
inline void put(std::string& out, const Integer& v) {
  put(out, v.negative);
  put_varint(out, v.magnitude);
}
inline bool take(std::string_view& in, Integer& v) {
  return take(in, v.negative) && take_varint(in, v.magnitude);
}
inline void put(std::string& out, Instant v) {  // zigzag: an instant before 1970 is short, too
  const auto ms = v.time_since_epoch().count();
  put_varint(out, (static_cast<std::uint64_t>(ms) << 1) ^ static_cast<std::uint64_t>(ms >> 63));
}
inline bool take(std::string_view& in, Instant& v) {
  std::uint64_t n = 0;
  if (!take_varint(in, n)) return false;
  v = Instant{std::chrono::milliseconds{static_cast<std::int64_t>((n >> 1) ^ (0 - (n & 1)))}};
  return true;
}
inline void put(std::string& out, BookingStatus v) {
  out += static_cast<char>(v);
}
inline bool take(std::string_view& in, BookingStatus& v) {
  if (in.empty()) return false;
  v = static_cast<BookingStatus>(in.front());
  in.remove_prefix(1);
  return v >= BookingStatus::awaiting_host && v <= BookingStatus::cancelled;
}
template <class T>
void put(std::string& out, const std::optional<T>& v) {
  put(out, v.has_value());
  if (v) put(out, *v);
}
template <class T>
bool take(std::string_view& in, std::optional<T>& v) {
  bool present = false;
  if (!take(in, present)) return false;
  if (!present) return true;
  return take(in, v.emplace());
}
template <class T>
void put(std::string& out, const std::vector<T>& v) {
  put_varint(out, v.size());
  for (const auto& one : v) put(out, one);
}
template <class T>
bool take(std::string_view& in, std::vector<T>& v) {
  std::uint64_t count = 0;
  if (!take_varint(in, count) || count > in.size()) return false;
  for (std::uint64_t i = 0; i < count; ++i)
    if (!take(in, v.emplace_back())) return false;
  return true;
}
inline void put(std::string& out, const Cancellation& v) {
  put(out, v.reason);
  put(out, v.by);
}
inline bool take(std::string_view& in, Cancellation& v) {
  return take(in, v.reason) && take(in, v.by);
}
inline void put(std::string& out, const RescheduledFrom& v) {
  put(out, v.uid);
  put(out, v.start);
  put(out, v.end);
  put(out, v.by);
}
inline bool take(std::string_view& in, RescheduledFrom& v) {
  return take(in, v.uid) && take(in, v.start) && take(in, v.end) && take(in, v.by);
}
inline void put(std::string& out, const SeatRow& v) {
  put(out, v.seat);
  put(out, v.person);
  put(out, v.added);
}
inline bool take(std::string_view& in, SeatRow& v) {
  return take(in, v.seat) && take(in, v.person) && take(in, v.added);
}
inline void put(std::string& out, const SeatLeft& v) {
  put(out, v.seat);
  put(out, v.person);
  put(out, v.at);
}
inline bool take(std::string_view& in, SeatLeft& v) {
  return take(in, v.seat) && take(in, v.person) && take(in, v.at);
}
inline void put(std::string& out, const Stamp& v) {
  out += static_cast<char>(static_cast<unsigned>(v.weight) | (static_cast<unsigned>(v.teller) << 4));
  put(out, v.as_of);
}
inline bool take(std::string_view& in, Stamp& v) {
  if (in.empty()) return false;
  const auto packed = static_cast<unsigned char>(in.front());
  in.remove_prefix(1);
  v.weight = static_cast<Weight>(packed & 15);
  v.teller = static_cast<Teller>(packed >> 4);
  return take(in, v.as_of);
}
template <class T>
void put(std::string& out, const Told<T>& v) {
  put(out, v.stamp);
  put(out, *v.value);
}
template <class T>
bool take(std::string_view& in, Told<T>& v) {
  return take(in, v.stamp) && take(in, v.value.emplace());
}

}  // namespace calsync
