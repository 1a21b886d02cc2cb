// Which bookings a command is about; the options that set it are declared here once.
#pragma once
#include "state/base/zone.hpp"
#include "state/views/booking_query.hpp"

namespace CLI {
class App;
}

namespace calsync::cli {

struct BookingWords {  // as typed
  std::string uid, chain, host, attendee, event_type, team, from, to, text;
  std::vector<std::string> status;
  std::string zone = "UTC";
};

void declare_booking_filters(CLI::App& app, BookingWords& words);
void declare_zone(CLI::App& app, std::string& zone);
void declare_status(CLI::App& app, std::vector<std::string>& status, const char* text);

// Dates are inclusive, whole days in the zone. Fails: rejected, not_found (no such zone).
Result<BookingFilter> booking_filter(const BookingWords& words);
// "2026-11-20" in that zone: its first instant, or the first after it. Else an instant, as it is.
enum class DayEdge { first, after };
Result<Instant> day_or_instant(std::string_view text, const Zone& zone, DayEdge edge);
// Fails: rejected.
Result<std::vector<BookingStatus>> statuses(const std::vector<std::string>& words);

}  // namespace calsync::cli
