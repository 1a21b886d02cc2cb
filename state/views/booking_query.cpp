#include "state/views/booking_query.hpp"

#include "state/events/email.hpp"
#include "state/views/booking_kinds.hpp"
#include "state/views/chain.hpp"
#include "state/views/json_pieces.hpp"
#include "state/views/time_off.hpp"

#include <algorithm>

namespace calsync {
namespace {

using Member = void (*)(FoundBooking& to, const JsonPiece& piece);

template <auto Field>
void take_string(FoundBooking& to, const JsonPiece& piece) {
  to.*Field = piece.string().value_or("");
}
template <auto Field>
void take_instant(FoundBooking& to, const JsonPiece& piece) {
  to.*Field = piece.instant();
}
template <auto Field>
void take_integer(FoundBooking& to, const JsonPiece& piece) {
  to.*Field = piece.integer();
}
template <auto Field>
void take_people(FoundBooking& to, const JsonPiece& piece) {
  for (const JsonPiece& one : piece.elements())
    (to.*Field).push_back({one.at("name").string().value_or(""), one.at("email").string().value_or("")});
}
template <auto Field>
void take_uid_of(FoundBooking& to, const JsonPiece& piece) {
  to.*Field = piece.at("uid").string().value_or("");
}
void take_status(FoundBooking& to, const JsonPiece& piece) {
  to.status = booking_status(piece.string().value_or(""));
}
void take_paid(FoundBooking& to, const JsonPiece& piece) {
  to.paid = piece.boolean().value_or(false);
}
void take_event_type(FoundBooking& to, const JsonPiece& piece) {
  to.event_type = piece.at("slug").string().value_or("");
  to.event_type_title = piece.at("title").string().value_or("");
  to.event_type_id = piece.at("id").integer();
}
void take_team(FoundBooking& to, const JsonPiece& piece) {
  to.team = piece.at("name").string().value_or("");
  to.team_id = piece.at("id").integer();
}

struct Reader {
  std::string_view name;
  Member take;
};
constexpr Reader readers[] = {{"chain", take_string<&FoundBooking::chain>},
                              {"status", take_status},
                              {"title", take_string<&FoundBooking::title>},
                              {"start", take_instant<&FoundBooking::start>},
                              {"end", take_instant<&FoundBooking::end>},
                              {"durationMinutes", take_integer<&FoundBooking::minutes>},
                              {"eventType", take_event_type},
                              {"team", take_team},
                              {"hosts", take_people<&FoundBooking::hosts>},
                              {"attendees", take_people<&FoundBooking::attendees>},
                              {"location", take_string<&FoundBooking::location>},
                              {"price", take_integer<&FoundBooking::price>},
                              {"currency", take_string<&FoundBooking::currency>},
                              {"paid", take_paid},
                              {"rescheduledFrom", take_uid_of<&FoundBooking::rescheduled_from>},
                              {"description", take_string<&FoundBooking::description>},
                              {"rescheduledTo", take_string<&FoundBooking::rescheduled_to>}};

bool is_in(const std::vector<PersonSeen>& people, std::string_view email) {
  return std::ranges::any_of(people,
                             [&](const PersonSeen& one) { return equal_ignoring_case(one.email, email); });
}

bool names(std::string_view word, const std::string& name, const std::optional<Integer>& id) {
  return equal_ignoring_case(name, word) || (id && to_text(*id) == word);
}

bool has_text(const FoundBooking& booking, std::string_view text) {
  const std::string wanted = lower_ascii(text);
  const auto holds = [&wanted](std::string_view in) {
    return lower_ascii(in).find(wanted) != std::string::npos;
  };
  const auto one_holds = [&holds](const PersonSeen& one) { return holds(one.name) || holds(one.email); };
  return holds(booking.name) || holds(booking.title) || holds(booking.description) ||
         holds(booking.location) || holds(booking.event_type) || holds(booking.event_type_title) ||
         std::ranges::any_of(booking.hosts, one_holds) || std::ranges::any_of(booking.attendees, one_holds);
}

bool is_in_range(const std::optional<Instant>& start, const std::optional<Instant>& from,
                 const std::optional<Instant>& to) {
  if (!from && !to) return true;
  return start && (!from || *start >= *from) && (!to || *start < *to);
}

constexpr std::string_view booking_prefix = "b/";
constexpr std::string_view time_off_prefix = "o/";

}  // namespace

std::optional<BookingStatus> booking_status(std::string_view word) {
  for (const BookingStatus status : all_booking_statuses)
    if (word == to_text(status)) return status;
  return std::nullopt;
}

FoundBooking read_booking(std::string name, std::string json) {
  FoundBooking booking;
  booking.name = std::move(name);
  booking.json = std::move(json);
  const Reader* next = std::begin(readers);  // they stand in the order of the contract
  for (const auto& [member, piece] : JsonPiece(booking.json).members())
    if (next != std::end(readers) && member == next->name) (next++)->take(booking, piece);
  return booking;
}

bool BookingFilter::matches(const FoundBooking& booking) const {
  if (!uid.empty() && booking.name != uid) return false;
  if (!chain.empty() && booking.name != chain && booking.chain != chain) return false;
  if (!host.empty() && !is_in(booking.hosts, host)) return false;
  if (!attendee.empty() && !is_in(booking.attendees, attendee)) return false;
  if (!event_type.empty() && !names(event_type, booking.event_type, booking.event_type_id)) return false;
  if (!team.empty() && !names(team, booking.team, booking.team_id)) return false;
  if (!status.empty() && (!booking.status || std::ranges::find(status, *booking.status) == status.end()))
    return false;
  return is_in_range(booking.start, from, to) && (text.empty() || has_text(booking, text));
}

void sort_by_start(std::vector<FoundBooking>& bookings) {
  std::ranges::sort(bookings, [](const FoundBooking& a, const FoundBooking& b) {
    const auto place = [](const FoundBooking& one) {
      return std::tuple(!one.start, one.start.value_or(Instant{}), std::string_view(one.name));
    };
    return place(a) < place(b);
  });
}

void each_booking(ViewSource& views, std::string_view after, const VisitBooking& visit) {
  ViewTable table(views);
  const std::string above = after.empty() ? std::string() : booking_row_key(after);
  views.scan(booking_prefix, above, [&](std::string_view key, std::string_view bytes) {
    std::string name(key.substr(booking_prefix.size()));
    const BookingRow row = read_booking_row(name, bytes);
    auto rendered = render(row, walk_up(table, row, name).root);
    FoundBooking booking = read_booking(std::move(name), std::move(rendered.json));
    booking.erased = row.erased;
    booking.vanished = has_vanished(row);
    return visit(std::move(booking), row.as_of);
  });
}

std::optional<BookingNow> find_booking(ViewSource& views, const std::string& name) {
  ViewTable table(views);
  const auto row = load_booking(table, name);
  if (!row) return std::nullopt;
  return BookingNow{read_booking(name, render(*row, walk_up(table, *row, name).root).json), row->as_of};
}

void BookingsThen::put(const std::string& uid, const std::string& json) {
  if (json.empty()) {
    known_.erase(uid);
    return;
  }
  known_.insert_or_assign(uid, json);
  if (numbered_ == 0) return;
  // What was kept under its number is this one.
  if (const auto id = JsonPiece(json).at("id").integer()) numbered_ -= known_.erase("id:" + to_text(*id));
}

void BookingsThen::begin(ViewSource& at_cut) {
  each_booking(at_cut, {}, [this](FoundBooking booking, Instant) {
    if (booking.name.starts_with("id:")) ++numbered_;
    known_.insert_or_assign(std::move(booking.name), std::move(booking.json));
    return true;
  });
}

void BookingsThen::take(const EventRecord& event) {
  if (event.erased) ++erased_;
  if (event.topic != Topic::bookings || event.erased) return;
  if (event.type == "booking.erased")  // gone from booking-state; what invoices need is in the event
    return put(event.subject, JsonPiece(event.value).at("booking").json().value_or(""));
  for (const StateValue& state : event.states) put(state.uid.value(), state.json);
  if (!event.subject.starts_with("id:")) return;
  const auto booking = JsonPiece(event.value).at("booking").json();
  if (booking && known_.insert_or_assign(event.subject, *booking).second) ++numbered_;
}

void each_time_off(ViewSource& views,
                   const std::function<bool(std::string_view name, std::string_view json)>& visit) {
  views.scan(time_off_prefix, {}, [&](std::string_view key, std::string_view bytes) {
    const std::string_view name = key.substr(time_off_prefix.size());
    const std::string json = time_off_json(name, bytes);
    return json.empty() || visit(name, json);  // empty: deleted
  });
}

}  // namespace calsync
