// Who was in bookings, by e-mail: a fold of bookings in any order. Pure.
#pragma once
#include "state/views/booking_query.hpp"

#include <map>

namespace calsync {

struct SeenPerson {
  std::string email;  // in lower case
  std::string name;   // of the booking that starts last, where one was told
  bool host = false, attendee = false;
  std::uint64_t bookings = 0;          // in any status; two roles in one booking count once
  std::optional<Instant> first, last;  // starts
};

class PeopleSeen {
 public:
  void take(const FoundBooking& booking);
  [[nodiscard]] std::vector<SeenPerson> by_email() const;

 private:
  struct Seen {
    SeenPerson person;
    std::optional<Instant> named_at;  // start of the booking that gave the name
  };
  std::map<std::string, Seen, std::less<>> seen_;
};

}  // namespace calsync
