// Bookings by what somebody asks for: from the views as they are now, or from the events up to a place in the log.
// Both give the same, which a test holds. Pure.
// Fails:    the views throw ViewError.
#pragma once
#include "state/events/event_record.hpp"
#include "state/events/integer.hpp"
#include "state/events/observation.hpp"
#include "state/views/view_table.hpp"

#include <vector>

namespace calsync {

struct PersonSeen {
  std::string name, email;  // empty: not told
};

// One booking as consumers see it (DESIGN §8), read for filters, tables and sums.
struct FoundBooking {
  std::string name;  // the uid; of a booking that is known by its number only "id:<number>"
  std::string json;  // all of it
  std::string chain, title, description, location, event_type, event_type_title, team, currency;
  std::optional<BookingStatus> status;
  std::optional<Instant> start, end;
  std::optional<Integer> minutes, price, event_type_id, team_id;
  std::vector<PersonSeen> hosts, attendees;  // of the hosts the first is the organiser
  bool paid = false;
  std::string rescheduled_from, rescheduled_to;
  bool erased = false;    // on request, of a row of the views: what is left of it
  bool vanished = false;  // of a row of the views: Cal.com no longer has it, which was told
};
FoundBooking read_booking(std::string name, std::string json);

// "accepted" …
std::optional<BookingStatus> booking_status(std::string_view word);
inline constexpr BookingStatus all_booking_statuses[] = {BookingStatus::awaiting_host, BookingStatus::pending,
                                                         BookingStatus::accepted, BookingStatus::rejected,
                                                         BookingStatus::cancelled};

// Empty, or not set: any.
struct BookingFilter {
  std::string uid{}, chain{};        // chain: the uid of its root
  std::string host{}, attendee{};    // e-mail, in any case
  std::string event_type{}, team{};  // slug or id; name (in any case) or id
  std::vector<BookingStatus> status{};
  std::optional<Instant> from{}, to{};  // of the start: from <= start < to
  std::string text{};  // in names, e-mails, title, description, place, service or uid; a-z in any case

  [[nodiscard]] bool matches(const FoundBooking& booking) const;
};

// By start, then by name: the order in which bookings are shown. Without a start: last.
void sort_by_start(std::vector<FoundBooking>& bookings);

// The bookings in `views`, by name, those above `after` only, until `visit` returns false.
// `as_of` is when Cal.com last said something of it.
using VisitBooking = std::function<bool(FoundBooking booking, Instant as_of)>;
void each_booking(ViewSource& views, std::string_view after, const VisitBooking& visit);
struct BookingNow {
  FoundBooking booking;
  Instant as_of;
};
std::optional<BookingNow> find_booking(ViewSource& views, const std::string& name);

// What was known of all bookings at a place in the log: takes the events up to it, in their order.
class BookingsThen {
 public:
  void begin(ViewSource& at_cut);  // of a trimmed log, before its first event
  void take(const EventRecord& event);
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& json_by_name() const { return known_; }
  [[nodiscard]] std::size_t erased() const { return erased_; }  // events that can no longer be read

 private:
  void put(const std::string& uid, const std::string& json);

  std::map<std::string, std::string, std::less<>> known_;
  std::size_t numbered_ = 0;  // of those, the ones without a uid
  std::size_t erased_ = 0;
};

// Everybody's time off, as JSON, by its uuid.
void each_time_off(ViewSource& views,
                   const std::function<bool(std::string_view name, std::string_view json)>& visit);

}  // namespace calsync
