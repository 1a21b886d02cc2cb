#include "connectors/calcom/sandbox/booking_index.hpp"

#include "connectors/calcom/sandbox/row.hpp"
#include "connectors/calcom/sandbox/world.hpp"

#include <algorithm>
#include <limits>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

constexpr auto least = std::numeric_limits<std::int64_t>::min();

std::chrono::milliseconds length_of(const Row& row) {
  const auto start = parse_instant(text_of(row, "start")), end = parse_instant(text_of(row, "end"));
  return start && end ? *end - *start : std::chrono::milliseconds{};
}

// When the first of its MEETING_* is to be told; "": none is.
std::string first_due(const Row& row) {
  std::string first;
  const auto* jobs = row.if_contains("_jobs");
  if (jobs == nullptr || !jobs->is_array()) return first;
  for (const json::value& job : jobs->get_array())
    if (const auto at = text_of(job.as_object(), "at"); first.empty() || at < first) first = at;
  return first;
}

bool stands(const Row& row) {
  const auto status = text_of(row, "status");
  return status == "accepted" || status == "pending";
}

// The bookings from `first` on for as long as `fits`; a key's last part is the booking.
template <class Set, class Fits>
BookingIndex::Ids ids_from(const Set& set, const typename Set::key_type& first, const Fits& fits) {
  constexpr auto last = std::tuple_size_v<typename Set::key_type> - 1;
  BookingIndex::Ids ids;
  for (auto at = set.lower_bound(first); at != set.end() && fits(*at); ++at)
    ids.push_back(std::get<last>(*at));
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace

void BookingIndex::follow(Table& bookings) {
  for (const std::int64_t id : bookings.take_changed()) {
    forget(id);
    const Row* row = bookings.find(id);
    if (row == nullptr) continue;
    longest_ = std::max(longest_, length_of(*row));
    add(id, keys_of(*row));
  }
}

BookingIndex::Keys BookingIndex::keys_of(const Row& row) {
  Keys keys{std::string(text_of(row, "uid")),
            std::string(text_of(row, "recurringBookingUid")),
            std::string(text_of(row, "start")),
            std::string(text_of(row, "updatedAt")),
            first_due(row),
            stands(row) ? std::string(text_of(row, "createdAt")) : std::string(),
            number_of(row, "eventTypeId"),
            {number_of(row, "userId")}};
  if (const auto* others = row.if_contains("_hostIds"); others != nullptr && others->is_array())
    for (const json::value& one : others->get_array())
      if (one.is_int64()) keys.hosts.push_back(one.get_int64());
  return keys;
}

void BookingIndex::add(std::int64_t id, Keys keys) {
  by_uid_.emplace(keys.uid, id);
  if (!keys.series.empty()) by_series_.emplace(keys.series, id);
  for (const std::int64_t host : keys.hosts) by_host_.emplace(host, keys.start, id);
  if (!keys.updated.empty()) by_update_.emplace(keys.updated, id);
  if (!keys.due.empty()) by_due_.emplace(keys.due, id);
  by_start_.emplace(keys.event_type, keys.start, id);
  if (!keys.made.empty()) by_turn_.emplace(keys.event_type, keys.hosts.front(), keys.made, id);
  known_.emplace(id, std::move(keys));
}

void BookingIndex::forget(std::int64_t id) {
  const auto at = known_.find(id);
  if (at == known_.end()) return;
  const Keys& keys = at->second;
  by_uid_.erase({keys.uid, id});
  by_series_.erase({keys.series, id});
  for (const std::int64_t host : keys.hosts) by_host_.erase({host, keys.start, id});
  by_update_.erase({keys.updated, id});
  by_due_.erase({keys.due, id});
  by_start_.erase({keys.event_type, keys.start, id});
  by_turn_.erase({keys.event_type, keys.hosts.front(), keys.made, id});
  known_.erase(at);
}

BookingIndex::Ids BookingIndex::with_uid(std::string_view uid) const {
  return ids_from(by_uid_, {std::string(uid), least},
                  [&](const auto& key) { return std::get<0>(key) == uid; });
}

BookingIndex::Ids BookingIndex::of_series(std::string_view uid) const {
  return ids_from(by_series_, {std::string(uid), least},
                  [&](const auto& key) { return std::get<0>(key) == uid; });
}

BookingIndex::Ids BookingIndex::of_host(std::int64_t user, std::string_view from, std::string_view to) const {
  const auto begins = parse_instant(from);
  const std::string first = begins ? to_text(*begins - longest_) : std::string{};
  return ids_from(by_host_, {user, first, least},
                  [&](const auto& key) { return std::get<0>(key) == user && std::get<1>(key) < to; });
}

BookingIndex::Ids BookingIndex::at_start(std::int64_t event_type, std::string_view start) const {
  return ids_from(by_start_, {event_type, std::string(start), least}, [&](const auto& key) {
    return std::get<0>(key) == event_type && std::get<1>(key) == start;
  });
}

BookingIndex::Ids BookingIndex::updated_since(std::string_view at, std::size_t skip, std::size_t take) const {
  Ids ids;
  for (auto one = by_update_.lower_bound({std::string(at), least});
       one != by_update_.end() && ids.size() < take; ++one)
    if (skip > 0)
      --skip;
    else
      ids.push_back(std::get<1>(*one));
  return ids;
}

BookingIndex::Ids BookingIndex::due(std::string_view now) const {
  return ids_from(by_due_, {std::string{}, least}, [&](const auto& key) { return std::get<0>(key) <= now; });
}

std::pair<std::int64_t, std::string> BookingIndex::organized(std::int64_t event_type,
                                                             std::int64_t user) const {
  std::pair<std::int64_t, std::string> found;
  for (auto at = by_turn_.lower_bound({event_type, user, std::string{}, least});
       at != by_turn_.end() && std::get<0>(*at) == event_type && std::get<1>(*at) == user; ++at) {
    ++found.first;
    found.second = std::get<2>(*at);
  }
  return found;
}

}  // namespace calsync::sandbox
