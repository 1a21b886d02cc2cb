#include "tests/connectors/calcom/sandbox/replay/ids.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace calsync::replay {

namespace {

constexpr std::array<std::string_view, 9> kinds{
    "teams", "users", "memberships", "schedules", "event-types", "workflows", "ooo", "bookings", "reassign"};
constexpr std::array<std::string_view, 5> stamps{"createdAt", "updatedAt", "createdDate", "timestamp",
                                                 "emailVerified"};
constexpr std::array<std::string_view, 6> names{
    "id", "uid", "uuid", "rescheduledFromUid", "rescheduledToUid", "recurringBookingUid"};

// Members of a body that name something of another kind.
std::string_view kind_of_member(std::string_view name) {
  if (name == "userId" || name == "toUserId") return "users";
  if (name == "eventTypeId" || name == "activeOnEventTypeIds") return "event-types";
  return name == "scheduleId" ? "schedules" : "";
}

template <class List>
bool has(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

std::optional<std::int64_t> as_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

}  // namespace

void Ids::learn_number(std::string_view kind, std::int64_t recorded, std::int64_t ours) {
  numbers_.try_emplace({std::string(kind), recorded}, ours);
}

void Ids::learn_text(std::string_view recorded, std::string_view ours) {
  if (recorded.size() >= 20 && recorded != ours) texts_.try_emplace(std::string(recorded), ours);
}

void Ids::learn(std::string_view kind, const boost::json::object& recorded, const boost::json::object& ours) {
  for (const auto& [name, value] : recorded) {
    const auto* other = ours.if_contains(name);
    if (other == nullptr || value.kind() != other->kind()) continue;
    if (value.is_string() && (has(names, name) || has(stamps, name)))
      learn_text(value.get_string(), other->get_string());
    if (value.is_int64() && name == "id") learn_number(kind, value.get_int64(), other->get_int64());
  }
}

std::int64_t Ids::number(std::string_view kind, std::int64_t recorded) const {
  const auto at = numbers_.find({std::string(kind), recorded});
  return at == numbers_.end() ? recorded : at->second;
}

std::string Ids::text(std::string_view recorded) const {
  std::string out(recorded);
  for (const auto& [from, to] : texts_)
    for (auto at = out.find(from); at != std::string::npos; at = out.find(from, at + to.size()))
      out.replace(at, from.size(), to);
  return out;
}

std::string Ids::target(std::string_view recorded) const {
  const auto mark = recorded.find('?');
  std::string_view path = recorded.substr(0, mark);
  std::string out;
  std::string_view before;
  while (!path.empty()) {
    const auto slash = path.find('/', 1);
    const auto part = path.substr(1, slash == std::string_view::npos ? slash : slash - 1);
    const auto id = as_number(part);
    const auto kind = before == "reassign" ? std::string_view("users") : before;
    out += "/" + (id ? std::to_string(number(kind, *id)) : std::string(part));
    before = part;
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash);
  }
  return text(out + (mark == std::string_view::npos ? std::string{} : std::string(recorded.substr(mark))));
}

boost::json::value Ids::member(std::string_view name, const boost::json::value& recorded) const {
  if (const auto* id = recorded.if_int64()) return number(kind_of_member(name), *id);
  if (const auto* words = recorded.if_string()) return boost::json::value(text(*words));
  if (const auto* list = recorded.if_array()) {
    boost::json::array out;
    for (const auto& one : *list) out.push_back(member(name, one));
    return out;
  }
  if (const auto* object = recorded.if_object()) {
    boost::json::object out;
    for (const auto& [inner, value] : *object) out[inner] = member(inner, value);
    return out;
  }
  return recorded;
}

boost::json::value Ids::body(const boost::json::value& recorded) const {
  return member("", recorded);
}

std::string kind_of(std::string_view target) {
  std::string kind;
  std::string_view path = target.substr(0, target.find('?'));
  while (!path.empty()) {
    const auto slash = path.find('/', 1);
    const auto part = path.substr(1, slash == std::string_view::npos ? slash : slash - 1);
    if (has(kinds, part)) kind = part;
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash);
  }
  return kind;
}

}  // namespace calsync::replay
