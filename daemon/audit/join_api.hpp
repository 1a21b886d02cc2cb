// What the log knows against what the API shows, booking by booking. Pure.
#pragma once
#include "daemon/audit/api_booking.hpp"
#include "daemon/audit/finding.hpp"
#include "state/views/booking_query.hpp"

#include <map>

namespace calsync::audit {

using KnownBookings = std::map<std::string, FoundBooking, std::less<>>;  // by uid
using ApiBookings = std::map<std::string, ApiBooking, std::less<>>;      // by uid

// Names of the fields that differ, of those that both sources tell (DESIGN §12.3): "status, start".
std::string differing_fields(const FoundBooking& known, const ApiBooking& told);

// `settled`: what the API changed later than this is not due in the log yet.
std::vector<Finding> join_api(const KnownBookings& known, const ApiBookings& told, Instant settled);

// Known bookings that should be in the API's list and are not: to be asked for one by one.
std::vector<std::string> not_listed(const KnownBookings& known, const ApiBookings& told,
                                    Instant begins_after);
// And those of which that was asked twice and told: history.
std::vector<Finding> told_as_vanished(const KnownBookings& known, const ApiBookings& told,
                                      Instant begins_after);

}  // namespace calsync::audit
