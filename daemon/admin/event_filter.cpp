#include "daemon/admin/event_filter.hpp"

#include <algorithm>
#include <cctype>

namespace calsync {

bool is_inside(Instant time, const std::optional<Instant>& since, const std::optional<Instant>& until) {
  return (!since || time >= *since) && (!until || time < *until);
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, {}, [](char c) { return std::toupper(static_cast<unsigned char>(c)); },
      [](char c) { return std::toupper(static_cast<unsigned char>(c)); });
}

bool type_matches(std::string_view pattern, std::string_view type) {
  constexpr std::string_view prefix = "calsync.";
  if (pattern.starts_with(prefix)) pattern.remove_prefix(prefix.size());
  if (!pattern.ends_with('*')) return pattern == type;
  pattern.remove_suffix(1);
  return type.starts_with(pattern);
}

Result<Topic> parse_topic(std::string_view name) {
  std::string names;
  for (const Topic topic : all_topics) {
    if (name == to_text(topic)) return topic;
    names += (names.empty() ? "" : ", ") + std::string(to_text(topic));
  }
  return Error{Errc::rejected, "is one of " + names};
}

bool EventFilter::matches(const EventRecord& event) const {
  if (event.sequence < from || event.sequence > to) return false;
  if (!is_inside(event.time, occurred_since, occurred_until)) return false;
  if (topic && event.topic != *topic) return false;
  if (!type.empty() && !type_matches(type, event.type)) return false;
  if (!key.empty() && event.key.value() != key) return false;
  if (!subject.empty() && event.subject != subject) return false;
  if (records && !std::ranges::binary_search(*records, event.raw)) return false;
  return bookings.empty() ||
         (event.topic == Topic::bookings && std::ranges::any_of(bookings, [&event](const std::string& uid) {
            return event.subject == uid || event.key.value() == uid;
          }));
}

Result<bool> EventFilter::matches(const EventLog& log, const EventRecord& event) const {
  if (!matches(event)) return false;
  if (since || until) {
    CALSYNC_TRY(record, "read its record", log.raw(event.raw));
    if (!is_inside(record.received, since, until)) return false;
  }
  if (trigger.empty()) return true;
  CALSYNC_TRY(summary, "read the summary of its record", log.summary(event.raw));
  return summary && same_word(summary->trigger, trigger);
}

}  // namespace calsync
