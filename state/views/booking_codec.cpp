// Row `b/<uid>`: every field of BookingRow under its tag. A tag is never used again for something else.
#include "state/views/told_fields.hpp"
#include "state/views/value_codec.hpp"

namespace calsync {
namespace {

constexpr char format = 1;

template <class Row, class Visit>
void for_each_plain(Row& row, Visit&& visit) {
  visit(1, row.uid);
  visit(40, row.paid);
  visit(41, row.paid_ids);
  visit(42, row.key);
  visit(43, row.announced);
  visit(44, row.as_of);
  visit(45, row.api_as_of);
  visit(46, row.seen);
  visit(47, row.seats);
  visit(48, row.left);
  visit(49, row.heard_hook);
  visit(50, row.erased);
  visit(51, row.told_erased);
}
constexpr std::uint8_t person_tag = 60;    // one field each: key, then tagged fields of their own
constexpr std::uint8_t response_tag = 61;  // slug, telling

constexpr std::uint8_t host_tag = 8;

void put_person(std::string& out, const PersonKey& key, const PersonRow& person) {
  put_text(out, key);
  TagWriter write(out);
  std::string bytes;
  const auto visit = [&](std::uint8_t tag, const auto& told) {
    if (!told.value) return;
    bytes.clear();
    put(bytes, told);
    write.field(tag, bytes);
  };
  for_each_told_of_person(visit, person);
  if (person.host) write.field(host_tag, "");
}

bool take_person(std::string_view in, BookingRow& row) {
  PersonKey key;
  if (!take_text(in, key)) return false;
  PersonRow& person = row.people[key];
  TagReader read(in);
  bool ok = true;
  while (read.next()) {
    if (read.tag() == host_tag) person.host = true;
    const auto visit = [&](std::uint8_t tag, auto& told) {
      auto bytes = read.bytes();
      if (tag == read.tag()) ok = take(bytes, told) && ok;
    };
    for_each_told_of_person(visit, person);
  }
  return ok && read.sound();
}

bool take_response(std::string_view in, BookingRow& row) {
  std::string slug;
  return take_text(in, slug) && take(in, row.responses[slug]);
}

template <class Value>
bool is_default(const Value& value) {
  return value == Value{};
}
template <class Value>
bool is_default(const std::vector<Value>& value) {
  return value.empty();
}

bool take_field(const TagReader& read, BookingRow& row) {
  if (read.tag() == person_tag) return take_person(read.bytes(), row);
  if (read.tag() == response_tag) return take_response(read.bytes(), row);
  bool known = false;
  bool ok = true;
  const auto visit = [&](std::uint8_t tag, auto& value) {
    if (tag != read.tag()) return;
    auto bytes = read.bytes();
    known = true;
    ok = take(bytes, value);
  };
  for_each_told(visit, row);
  for_each_plain(row, visit);
  if (!known) row.newer += read.whole();
  return ok;
}

}  // namespace

std::string encode(const BookingRow& row) {
  std::string out(1, format);
  out.reserve(1024);
  TagWriter write(out);
  std::string bytes;
  for_each_plain(row, [&](std::uint8_t tag, const auto& value) {
    if (is_default(value)) return;
    bytes.clear();
    put(bytes, value);
    write.field(tag, bytes);
  });
  const auto put_told = [&](std::uint8_t tag, const auto& told) {
    if (!told.value) return;
    bytes.clear();
    put(bytes, told);
    write.field(tag, bytes);
  };
  for_each_told(put_told, row);
  for (const auto& [key, person] : row.people) {
    bytes.clear();
    put_person(bytes, key, person);
    write.field(person_tag, bytes);
  }
  for (const auto& [slug, answer] : row.responses) {
    bytes.clear();
    put_text(bytes, slug);
    put(bytes, answer);
    write.field(response_tag, bytes);
  }
  return out + row.newer;
}

std::optional<BookingRow> decode_booking(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;  // the format byte: newer ones only add tags
  BookingRow row;
  TagReader read(bytes.substr(1));
  while (read.next())
    if (!take_field(read, row)) return std::nullopt;
  if (!read.sound()) return std::nullopt;
  return row;
}

}  // namespace calsync
