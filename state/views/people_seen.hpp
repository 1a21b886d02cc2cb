// Who was in bookings, by e-mail: a fold of bookings in any order. Pure.
#pragma once
#include "state/views/booking_query.hpp"

#include <boost/json/object.hpp>

#include <map>

namespace calsync {

struct SeenPerson {
  std::string email;  // in lower case
  std::string name;   // of the booking that starts last, where one was told
  bool host = false, attendee = false;
  std::uint64_t bookings = 0;          // in any status; two roles in one booking count once
  std::optional<Instant> first, last;  // starts
};

// {"email","name":TEXT|null,"host":BOOL,"attendee":BOOL,"bookings":n,"firstStart":TIME|null,"lastStart":TIME|null}
boost::json::object to_json(const SeenPerson& person);

class PeopleSeen {
 public:
  // Only those behind the e-mail `after`, and of these the first `most`; the others take no memory.
  explicit PeopleSeen(std::string after = {}, std::size_t most = SIZE_MAX)
      : after_(std::move(after)), most_(most) {}
  void take(const FoundBooking& booking);
  [[nodiscard]] std::vector<SeenPerson> by_email() const;

 private:
  struct Seen {
    SeenPerson person;
    std::optional<Instant> named_at;  // start of the booking that gave the name
  };
  Seen* place_for(const std::string& email);  // nullptr: not among those

  std::string after_;
  std::size_t most_;
  std::map<std::string, Seen, std::less<>> seen_;
};

}  // namespace calsync
