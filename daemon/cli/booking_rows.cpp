#include "daemon/cli/booking_rows.hpp"

namespace calsync::cli {

std::string local_minute(Instant instant, const Zone& zone) {
  std::string text = zone.local(instant).substr(0, 16);
  text[10] = ' ';
  return text;
}

std::string addresses_of(const std::vector<PersonSeen>& people) {
  std::string text;
  for (const auto& one : people) {
    const std::string& who = one.email.empty() ? one.name : one.email;
    if (!who.empty()) text += (text.empty() ? "" : ", ") + who;
  }
  return text;
}

Paint paint_of(const std::optional<BookingStatus>& status) {
  if (status == BookingStatus::accepted) return Paint::good;
  return status == BookingStatus::cancelled || status == BookingStatus::rejected ? Paint::dim : Paint::warn;
}

std::vector<Column> booking_columns(const Zone& zone) {
  return {{"START (" + zone.name() + ")"},
          {"MIN", true},
          {"STATUS"},
          {"EVENT TYPE", false, true},
          {"HOSTS", false, true},
          {"ATTENDEES", false, true},
          {"UID", false, true}};
}

std::vector<Cell> booking_cells(const FoundBooking& booking, const Zone& zone) {
  const auto or_dash = [](std::string text) { return text.empty() ? std::string("-") : text; };
  return {{booking.start ? local_minute(*booking.start, zone) : "-"},
          {booking.minutes ? to_text(*booking.minutes) : "-"},
          {booking.status ? to_text(*booking.status) : "-", paint_of(booking.status)},
          {or_dash(booking.event_type.empty() ? booking.event_type_title : booking.event_type)},
          {or_dash(addresses_of(booking.hosts))},
          {or_dash(addresses_of(booking.attendees))},
          {booking.name}};
}

Result<BookingsAt> bookings_now(const EventLog& log, const BookingFilter& filter,
                                const ScanOptions& options) {
  BookingsAt found;
  found.place = {log.head().event, log.head().event_hash};
  std::uint64_t looked_at = 0;
  try {
    const auto views = log.views();
    each_booking(*views, {}, [&](FoundBooking booking, Instant) {
      if (filter.matches(booking)) found.bookings.push_back(std::move(booking));
      if (options.told) options.told(++looked_at, 0);
      return !options.stop.stop_requested();
    });
  } catch (const ViewError& unreadable) {
    return Error{unreadable.error};
  }
  if (options.stop.stop_requested()) return Error{Errc::cancelled, "interrupted"};
  sort_by_start(found.bookings);
  return found;
}

Result<BookingsAt> bookings_at(const EventLog& log, const PlaceWord& word, const BookingFilter& filter,
                               const ScanOptions& options) {
  BookingsAt found;
  BookingsThen then;
  CALSYNC_CHECK("read the cut", begin_at_cut(log, [&then](ViewSource& at_cut) { then.begin(at_cut); }));
  CALSYNC_TRY(place, "read the events",
              each_event_up_to(log, word, options, [&then](const EventRecord& event) { then.take(event); }));
  found.place = place;
  found.erased = then.erased();
  for (const auto& [name, json] : then.json_by_name()) {
    FoundBooking booking = read_booking(name, json);
    if (filter.matches(booking)) found.bookings.push_back(std::move(booking));
  }
  sort_by_start(found.bookings);
  return found;
}

}  // namespace calsync::cli
