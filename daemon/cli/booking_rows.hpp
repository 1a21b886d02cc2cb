// Bookings as table rows, and from where they are read. The same words in every command.
#pragma once
#include "daemon/cli/log_place.hpp"
#include "daemon/cli/table.hpp"
#include "state/base/zone.hpp"
#include "state/views/booking_query.hpp"

namespace calsync::cli {

std::vector<Column> booking_columns(const Zone& zone);
std::vector<Cell> booking_cells(const FoundBooking& booking, const Zone& zone);
Paint paint_of(const std::optional<BookingStatus>& status);
std::string local_minute(Instant instant, const Zone& zone);      // "2026-11-20 09:30"
std::string addresses_of(const std::vector<PersonSeen>& people);  // e-mails, else names

struct BookingsAt {
  std::vector<FoundBooking> bookings;  // by start
  LogPlace place;
  std::size_t erased = 0;  // events up to there that can no longer be read
};
// As the views have them now.  Fails: as reading the log does.
Result<BookingsAt> bookings_now(const EventLog& log, const BookingFilter& filter, const ScanOptions& options);
// As they were known at a place in the log.
Result<BookingsAt> bookings_at(const EventLog& log, const PlaceWord& word, const BookingFilter& filter,
                               const ScanOptions& options);

}  // namespace calsync::cli
