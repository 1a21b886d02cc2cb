#include "state/views/people_seen.hpp"

#include "state/events/email.hpp"

#include <boost/json.hpp>

#include <set>
#include <tuple>

namespace calsync {

void PeopleSeen::take(const FoundBooking& booking) {
  std::set<std::string> counted;
  const auto meet = [&](const PersonSeen& one, bool SeenPerson::*role) {
    if (one.email.empty()) return;
    const std::string email = lower_ascii(one.email);
    Seen* const place = place_for(email);
    if (place == nullptr) return;
    Seen& seen = *place;
    SeenPerson& person = seen.person;
    person.email = email;
    person.*role = true;
    // Of two bookings that start together the name that comes last by its letters: whatever order they are met in.
    if (!one.name.empty() && std::tie(booking.start, one.name) >= std::tie(seen.named_at, person.name)) {
      person.name = one.name;
      seen.named_at = booking.start;
    }
    if (counted.insert(email).second) ++person.bookings;
    if (!booking.start) return;
    person.first = person.first ? std::min(*person.first, *booking.start) : *booking.start;
    person.last = person.last ? std::max(*person.last, *booking.start) : *booking.start;
  };
  for (const PersonSeen& one : booking.hosts) meet(one, &SeenPerson::host);
  for (const PersonSeen& one : booking.attendees) meet(one, &SeenPerson::attendee);
}

// Who is beyond the last place once never comes back: those before only become more.
PeopleSeen::Seen* PeopleSeen::place_for(const std::string& email) {
  if (email <= after_) return nullptr;
  if (const auto known = seen_.find(email); known != seen_.end()) return &known->second;
  if (seen_.size() >= most_) {
    const auto last = std::prev(seen_.end());
    if (email > last->first) return nullptr;
    seen_.erase(last);
  }
  return &seen_[email];
}

boost::json::object to_json(const SeenPerson& person) {
  const auto instant = [](const std::optional<Instant>& at) {
    return at ? boost::json::value(to_text(*at)) : boost::json::value(nullptr);
  };
  return {{"email", person.email},
          {"name", person.name.empty() ? boost::json::value(nullptr) : boost::json::value(person.name)},
          {"host", person.host},
          {"attendee", person.attendee},
          {"bookings", person.bookings},
          {"firstStart", instant(person.first)},
          {"lastStart", instant(person.last)}};
}

std::vector<SeenPerson> PeopleSeen::by_email() const {
  std::vector<SeenPerson> out;
  for (const auto& [_, seen] : seen_) out.push_back(seen.person);
  return out;
}

}  // namespace calsync
