#include "state/events/email.hpp"
#include "state/events/json_text.hpp"
#include "state/views/booking_json.hpp"

#include <algorithm>

namespace calsync {
namespace {

struct Change {
  std::string pointer, from, to;
};
using Changes = std::vector<Change>;

template <class T>
std::string json_of(const T& value) {
  std::string out;
  append_json(out, value);
  return out;
}

bool same_email(const Told<std::string>& a, const Told<std::string>& b) {
  return equal_ignoring_case(a.value.value_or(""), b.value.value_or(""));
}

template <class T>
void compare(Changes& out, const std::string& pointer, const T& from, const T& to) {
  if (from != to) out.push_back({pointer, json_of(from), json_of(to)});
}

// The same people in the same order: their fields one by one. Otherwise the list as a whole (false).
bool compare_guests(Changes& out, const Cast& from, const Cast& to) {
  if (from.guests.size() != to.guests.size()) return false;
  for (std::size_t i = 0; i < from.guests.size(); ++i)
    if (!same_email(from.guests[i].person->email, to.guests[i].person->email)) return false;
  for (std::size_t i = 0; i < from.guests.size(); ++i) {
    const PersonRow& a = *from.guests[i].person;
    const PersonRow& b = *to.guests[i].person;
    const std::string at = "/attendees/" + std::to_string(i);
    compare(out, at + "/name", a.name.value, b.name.value);
    compare(out, at + "/timeZone", a.time_zone.value, b.time_zone.value);
    compare(out, at + "/language", a.language.value, b.language.value);
    compare(out, at + "/phone", a.phone.value, b.phone.value);
    compare(out, at + "/absent", a.absent.value.value_or(false), b.absent.value.value_or(false));
    const auto seat = [](std::string_view s) {
      return s.empty() ? std::optional<std::string>() : std::optional<std::string>(s);
    };
    compare(out, at + "/seatUid", seat(from.guests[i].seat), seat(to.guests[i].seat));
  }
  return true;
}

bool compare_hosts(Changes& out, const Cast& from, const Cast& to) {
  if (from.hosts.size() != to.hosts.size()) return false;
  for (std::size_t i = 0; i < from.hosts.size(); ++i)
    if (!same_email(from.hosts[i]->email, to.hosts[i]->email)) return false;
  for (std::size_t i = 0; i < from.hosts.size(); ++i) {
    const std::string at = "/hosts/" + std::to_string(i);
    compare(out, at + "/id", from.hosts[i]->id.value, to.hosts[i]->id.value);
    compare(out, at + "/name", from.hosts[i]->name.value, to.hosts[i]->name.value);
    compare(out, at + "/timeZone", from.hosts[i]->time_zone.value, to.hosts[i]->time_zone.value);
  }
  return true;
}

void compare_responses(Changes& out, const BookingRow& from, const BookingRow& to) {
  for (const auto& [slug, answer] : to.responses) {
    const auto old = from.responses.find(slug);
    const std::string before = old == from.responses.end() ? "null" : *old->second.value;
    if (before != *answer.value) out.push_back({"/responses/" + pointer_step(slug), before, *answer.value});
  }
}

void compare_field(Changes& out, std::size_t i, const RenderedBooking& from, const RenderedBooking& to,
                   const BookingRow& from_row, const BookingRow& to_row) {
  const auto name = booking_fields[i];
  if (name == "hosts" && compare_hosts(out, cast_of(from_row), cast_of(to_row))) return;
  if (name == "attendees" && compare_guests(out, cast_of(from_row), cast_of(to_row))) return;
  if (name == "responses") return compare_responses(out, from_row, to_row);
  out.push_back({"/" + std::string(name), std::string(from.field(i)), std::string(to.field(i))});
}

}  // namespace

std::string changes_between(const RenderedBooking& from, const RenderedBooking& to,
                            const BookingRow& from_row, const BookingRow& to_row) {
  Changes changes;
  if (!from.json.empty()) {
    for (std::size_t i = 0; i < booking_fields.size(); ++i)
      if (from.field(i) != to.field(i)) compare_field(changes, i, from, to, from_row, to_row);
  }
  std::sort(changes.begin(), changes.end(),
            [](const Change& a, const Change& b) { return a.pointer < b.pointer; });
  std::string out = "[";
  for (const auto& change : changes) {
    if (out.size() > 1) out += ',';
    JsonObject one(out);
    one.add("pointer", change.pointer).add_text("from", change.from).add_text("to", change.to).end();
  }
  return out + "]";
}

}  // namespace calsync
