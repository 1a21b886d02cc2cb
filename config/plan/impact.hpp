// Whom a change touches: the future bookings that it leaves without their service, their host or their hours, the people in
// them, and the money (DESIGN §3.3 N2). Pure.
#pragma once
#include "config/plan/open_then.hpp"
#include "config/plan/plan.hpp"

namespace calsync {

// As far as a plan asks about it; whoever has bookings makes these of them. Active ones that begin in the future.
struct FutureBooking {
  std::string uid{}, title{};
  Instant start{}, end{};
  std::string event_type_id{}, event_type{};    // its slug; without an id the slug decides
  std::vector<std::string> hosts{}, clients{};  // e-mails
  std::optional<std::int64_t> price{};          // nothing: what the event type asks for
  std::string currency{};
};

// Could this change touch any booking at all? Where not, nobody has to read bookings for it.
bool may_touch_bookings(const Change& change);

// Owner: whoever plans. `live` outlives it.
class Impacts {
 public:
  Impacts(const Resources& live, std::vector<FutureBooking> bookings, LocalTime local_time);
  // `there`: what the change is about as it is live; nullptr for a creation.
  [[nodiscard]] Impact of(const Change& change, const Resource* there) const;

  struct Known {
    FutureBooking booking;
    const Resource* service = nullptr;  // its event type as it is live; nullptr: there is none
  };

 private:
  const Resources& live_;
  std::vector<Known> bookings_;  // by start
  LocalTime local_time_;
};

}  // namespace calsync
