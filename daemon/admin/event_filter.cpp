#include "daemon/admin/event_filter.hpp"

namespace calsync {

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
  if ((since && event.time < *since) || (until && event.time >= *until)) return false;
  if (topic && event.topic != *topic) return false;
  if (!type.empty() && !type_matches(type, event.type)) return false;
  if (!key.empty() && event.key.value() != key) return false;
  if (!subject.empty() && event.subject != subject) return false;
  return booking.empty() ||
         (event.topic == Topic::bookings && (event.subject == booking || event.key.value() == booking));
}

}  // namespace calsync
