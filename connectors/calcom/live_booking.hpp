// A booking as the API shows it now, as far as acting on it needs (CONTRACT §12). Pure but for get_bookings().
#pragma once
#include "connectors/calcom/api.hpp"
#include "state/base/time.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace calsync {

struct LivePerson {
  std::string name{}, email{}, seat_uid{};  // "" where there is none
  bool absent = false;
};

struct LiveBooking {
  std::string uid{}, title{}, status{},
      event_type{};                            // accepted, pending, cancelled, rejected, awaiting_host
  std::string series_uid{}, rescheduled_to{};  // "" where there is none
  Instant start{}, end{};
  std::vector<LivePerson> hosts{}, attendees{};
  bool host_absent = false;

  [[nodiscard]] bool is_active() const { return status != "cancelled" && status != "rejected"; }
  [[nodiscard]] std::size_t seats() const;  // attendees with a seat of their own
};

// Fails: rejected, where it is no booking.
Result<LiveBooking> read_live_booking(const boost::json::object& row);

// By uid; of a series all occurrences. Blocks: as CalcomReads::get. Fails: as it, not_found.
Result<std::vector<LiveBooking>> get_bookings(CalcomReads& api, std::string_view uid, ApiUse use);

}  // namespace calsync
