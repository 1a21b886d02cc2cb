// What the bookings API is made of. A booking is a row in the API's names; beside them `_hostIds` (co-hosts), `_teamId`, `_seats`
// (places per slot, 0: no seats), `_sequence` (iCalendar), `_recurring` {freq, count, interval}, `_jobs` and `_meeting` (MEETING_*).
#pragma once
#include "connectors/calcom/sandbox/availability.hpp"
#include "connectors/calcom/sandbox/routes.hpp"

#include <optional>
#include <string>
#include <vector>

namespace calsync::sandbox {

// What somebody wants to book, as the body said and the event type completes it.
struct Wish {
  std::int64_t event_type = 0;
  Instant start{};
  std::chrono::minutes length{};
  boost::json::object attendee{};  // name, email, timeZone, language, phoneNumber?
  boost::json::array guests{};
  boost::json::object responses{}, metadata{};
  std::string location{};
  std::int64_t occurrences = 1;
};
// An answer: the server refuses the body.
std::optional<Answer> read_wish(World& world, const Request& request, Wish& wish);

struct Hosts {
  std::int64_t organizer = 0;
  std::vector<std::int64_t> others{};
};
// Who holds it, if anybody can; `keep`: the host that is preferred where round robin may choose; `except`: a booking that does
// not count; `not_this`: a user that is not to be chosen.
struct HostRules {
  std::int64_t keep = 0, except = 0, not_this = 0;
};
std::optional<Hosts> choose_hosts(World& world, const Row& type, Span then, const HostRules& rules);
Answer nobody_free(const Row& type);

std::string title_of(World& world, const Row& type, const Row& organizer, std::string_view booker);
bool needs_confirmation(World& world, const Row& type, Instant start);

// One row, stored, without a notice. `from`: the booking that it is rescheduled from, or null.
std::int64_t add_booking(World& world, const Wish& wish, const Hosts& hosts, const Row* from = nullptr);
// A further seat in a booking that has one free; its uid.
std::string add_seat(World& world, Row& booking, const Wish& wish);
std::int64_t seats_taken(const Row& booking);  // co-hosts are attendees too, but in no seat
Row* booking_with_free_seat(World& world, const Row& type, Instant start);

Row* find_booking(World& world, std::string_view uid);
std::vector<Row*> series(World& world, std::string_view recurring_uid);  // by start
Row* find_seat(World& world, std::string_view seat_uid);                 // the booking that it is in

boost::json::object shown_booking(World& world, const Row& booking);
Answer unknown_booking(std::string_view uid);
void touch(World& world, Row& booking);  // updatedAt

// What truly happened, for /sandbox/history: `created`, `rescheduled`, `reassigned`, …
void record(World& world, std::string_view what, const Row& booking);
void record_time_off(World& world, std::string_view what, const Row& entry);
void record_plain(World& world, Row fact);

bool is_enabled(const Row& type, std::string_view setting);  // there, and not {disabled: true}

Answer create_booking(World&, const Request&, const PathParams&);
Answer get_booking(World&, const Request&, const PathParams&);
Answer get_by_seat(World&, const Request&, const PathParams&);
Answer cancel_booking(World&, const Request&, const PathParams&);
Answer reschedule_booking(World&, const Request&, const PathParams&);
Answer confirm_booking(World&, const Request&, const PathParams&);
Answer decline_booking(World&, const Request&, const PathParams&);
Answer reassign_booking(World&, const Request&, const PathParams&);
Answer mark_absent(World&, const Request&, const PathParams&);
Answer list_old_bookings(World&, const Request&, const PathParams&);
Routes booking_list_routes();
Routes old_booking_routes();  // the API before 2024-08-13: what of it was recorded

}  // namespace calsync::sandbox
