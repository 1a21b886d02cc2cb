#include "state/views/people_seen.hpp"

#include "state/events/email.hpp"

#include <set>
#include <tuple>

namespace calsync {

void PeopleSeen::take(const FoundBooking& booking) {
  std::set<std::string> counted;
  const auto meet = [&](const PersonSeen& one, bool SeenPerson::*role) {
    if (one.email.empty()) return;
    const std::string email = lower_ascii(one.email);
    Seen& seen = seen_[email];
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

std::vector<SeenPerson> PeopleSeen::by_email() const {
  std::vector<SeenPerson> out;
  for (const auto& [_, seen] : seen_) out.push_back(seen.person);
  return out;
}

}  // namespace calsync
