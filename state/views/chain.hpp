// Reschedule chains: every reschedule makes a new uid; one booking's life keeps one Kafka key (DESIGN §12.4).
#pragma once
#include "state/events/event_record.hpp"
#include "state/views/booking_json.hpp"
#include "state/views/view_table.hpp"

namespace calsync {

std::string booking_row_key(std::string_view name);  // name: the uid, or "id:<bookingId>"
BookingRow read_booking_row(std::string_view name, std::string_view bytes);  // throws ViewDamaged
std::optional<BookingRow> load_booking(ViewTable& views, std::string_view name);

struct Chain {
  std::string root;                    // oldest known ancestor, a rescheduleUid itself included
  std::string key;                     // pinned: the nearest member's that has one, else the root
  std::vector<std::string> ancestors;  // nearest first
};
// At most 32 steps up; a circle ends at its smallest uid.
Chain walk_up(ViewTable& views, const BookingRow& row, std::string_view name);
// Gives the key to all ancestors that have none: what is learned of them later goes to the same partition.
void pin(ViewTable& views, const Chain& chain);

// What a reschedule says of the booking that was moved. `now`: its new uid, empty where not known yet.
struct Moved {
  std::string uid, now;
  std::optional<Integer> number;
};
// The old booking is cancelled, and says where it went. `news`: the rows of those that look different now.
void mark_rescheduled(ViewTable& views, const Moved& moved, Stamp by, std::vector<BookingRow>& news);
// The booking `uid` came of the first of the ancestors, that of the next: what is known otherwise stays.
void mark_ancestors(ViewTable& views, std::string uid, const std::vector<std::string>& ancestors, Stamp by,
                    std::vector<BookingRow>& news);
// What consumers see of the bookings that came of this one by later reschedules: they name the chain's root.
std::vector<StateValue> states_below(ViewTable& views, const BookingRow& row);

}  // namespace calsync
