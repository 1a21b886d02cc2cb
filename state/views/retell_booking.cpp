#include "state/views/retell_booking.hpp"

#include <algorithm>

namespace calsync {
namespace {

// The event is right: it is what consumers have.
template <class T>
void tell(Told<T>& field, const std::optional<T>& said, const Stamp& by) {
  if (!said) return;
  const bool newer = !field.value || heavier(by, field.stamp);
  field.value = said;
  if (newer) field.stamp = by;
}

std::optional<BookingStatus> status_of(const JsonPiece& piece) {
  const auto text = piece.string();
  for (const auto status : {BookingStatus::awaiting_host, BookingStatus::pending, BookingStatus::accepted,
                            BookingStatus::rejected, BookingStatus::cancelled})
    if (text == to_text(status)) return status;
  return std::nullopt;
}

PersonFacts person_of(const JsonPiece& piece) {
  PersonFacts person;
  person.id = piece.at("id").integer();
  person.name = piece.at("name").string();
  person.email = piece.at("email").string();
  person.time_zone = piece.at("timeZone").string();
  person.language = piece.at("language").string();
  person.phone = piece.at("phone").string();
  person.absent = piece.at("absent").boolean();
  person.seat_uid = piece.at("seatUid").string();
  return person;
}

void tell_person(BookingRow& row, const PersonKey& key, const PersonFacts& person, const Stamp& by,
                 bool host) {
  PersonRow& known = row.people[key];
  if (host) tell(known.id, person.id, by);
  tell(known.name, person.name, by);
  tell(known.email, person.email, by);
  tell(known.time_zone, person.time_zone, by);
  tell(known.language, person.language, by);
  tell(known.phone, person.phone, by);
  if (person.absent == true || known.absent.value) tell(known.absent, person.absent, by);
  known.host = known.host || host;
}

struct People {
  std::vector<PersonFacts> facts;
  std::vector<PersonKey> keys;
};

People tell_people(BookingRow& row, const JsonPiece& list, const Stamp& by, bool hosts) {
  People people;
  for (const JsonPiece& one : list.elements()) people.facts.push_back(person_of(one));
  people.keys = keys_of(people.facts);
  for (std::size_t i = 0; i < people.keys.size(); ++i)
    tell_person(row, people.keys[i], people.facts[i], by, hosts);
  return people;
}

void tell_hosts(BookingRow& row, const JsonPiece& hosts, const Stamp& by) {
  std::vector<PersonKey> keys = tell_people(row, hosts, by, true).keys;
  if (keys.empty()) return;
  tell(row.organizer, std::optional(keys.front()), by);
  keys.erase(keys.begin());
  if (!keys.empty() || row.members.value) tell(row.members, std::optional(std::move(keys)), by);
}

// The seats that the event shows are taken, the others have been left.
void tell_seats(BookingRow& row, const std::vector<std::pair<std::string, PersonKey>>& taken,
                const Stamp& by) {
  const auto is_taken = [&](const SeatRow& seat) {
    return std::ranges::any_of(
        taken, [&](const auto& one) { return one.first == seat.seat && one.second == seat.person; });
  };
  std::vector<SeatRow> alive;
  for (const SeatRow* seat : alive_seats(row)) alive.push_back(*seat);
  for (const SeatRow& seat : alive)
    if (!is_taken(seat)) row.left.push_back({seat.seat, seat.person, std::max(seat.added, by.as_of)});
  for (const auto& told : taken) {
    const auto same = [&told](const auto& one) {
      return one.seat == told.first && one.person == told.second;
    };
    if (std::ranges::any_of(alive, same)) continue;
    std::erase_if(row.left, same);
    std::erase_if(row.seats, same);
    row.seats.push_back({told.first, told.second, by.as_of});
  }
  std::ranges::sort(row.seats);
  std::ranges::sort(row.left, [](const SeatLeft& a, const SeatLeft& b) {
    return std::tie(a.seat, a.person) < std::tie(b.seat, b.person);
  });
}

void tell_guests(BookingRow& row, const JsonPiece& guests, const Stamp& by) {
  People people = tell_people(row, guests, by, false);
  std::vector<PersonKey>& keys = people.keys;
  std::vector<std::pair<std::string, PersonKey>> seats;
  for (std::size_t i = 0; i < keys.size(); ++i)
    seats.emplace_back(people.facts[i].seat_uid.value_or(""), keys[i]);
  const bool named = std::ranges::any_of(seats, [](const auto& one) { return !one.first.empty(); });
  const bool seated = row.seats_total.value && (named || !row.seats.empty() || !row.left.empty());
  if (seated) return tell_seats(row, seats, by);
  if (!keys.empty() || row.attendees.value) tell(row.attendees, std::optional(std::move(keys)), by);
}

void tell_payment(PaymentRow& row, const JsonPiece& payment, const Stamp& by) {
  tell(row.id, payment.at("id").integer(), by);
  tell(row.external_id, payment.at("externalId").string(), by);
  tell(row.amount, payment.at("amount").integer(), by);
  tell(row.currency, payment.at("currency").string(), by);
  tell(row.success, payment.at("success").boolean(), by);
  tell(row.refunded, payment.at("refunded").boolean(), by);
}

void tell_links(BookingRow& row, const JsonMembers& booking, const Stamp& by) {
  const JsonPiece from = booking.at("rescheduledFrom");
  if (const auto uid = from.at("uid").string(); uid && *uid != row.uid)
    tell(row.rescheduled_from,
         std::optional(RescheduledFrom{*uid, from.at("start").instant(), from.at("end").instant(),
                                       from.at("by").string()}),
         by);
  tell(row.rescheduled_to, booking.at("rescheduledTo").string(), by);
  const JsonPiece cancellation = booking.at("cancellation");
  if (!cancellation.null())
    tell(row.cancellation,
         std::optional(Cancellation{cancellation.at("reason").string(), cancellation.at("by").string()}), by);
}

void tell_what(BookingRow& row, const JsonMembers& booking, const Stamp& by) {
  tell(row.title, booking.at("title").string(), by);
  tell(row.description, booking.at("description").string(), by);
  tell(row.start, booking.at("start").instant(), by);
  tell(row.end, booking.at("end").instant(), by);
  if (!row.start.value || !row.end.value)
    tell(row.length_minutes, booking.at("durationMinutes").integer(), by);
  const JsonPiece type = booking.at("eventType"), team = booking.at("team");
  tell(row.event_type_id, type.at("id").integer(), by);
  tell(row.event_type_slug, type.at("slug").string(), by);
  tell(row.event_type_title, type.at("title").string(), by);
  tell(row.team_id, team.at("id").integer(), by);
  tell(row.team_name, team.at("name").string(), by);
  for (const auto& [slug, answer] : booking.at("responses").members())
    tell(row.responses[slug], answer.json(), by);
  if (booking.at("metadata").text() != "{}" || row.metadata.value)
    tell(row.metadata, booking.at("metadata").json(), by);
}

void tell_where_and_how_much(BookingRow& row, const JsonMembers& booking, const Stamp& by) {
  tell(row.location, booking.at("location").string(), by);
  tell(row.video_call_url, booking.at("videoCallUrl").string(), by);
  tell(row.price, booking.at("price").integer(), by);
  tell(row.currency, booking.at("currency").string(), by);
  tell(row.series_uid, booking.at("seriesUid").string(), by);
  tell(row.rejection_reason, booking.at("rejectionReason").string(), by);
  tell(row.seats_total, booking.at("seats").at("total").integer(), by);
  row.paid = row.paid || booking.at("paid").boolean() == true;
  tell_payment(row.payment, booking.at("payment"), by);
}

}  // namespace

void retell_booking(BookingRow& row, const JsonPiece& told, const Stamp& by) {
  const JsonMembers booking(told);
  tell(row.id, booking.at("id").integer(), by);
  const auto status = status_of(booking.at("status"));
  Stamp status_by = by;
  const bool final = status == BookingStatus::cancelled || status == BookingStatus::rejected;
  if (final && by.weight == Weight::word && by.teller == Teller::webhook)
    status_by.weight = Weight::last_word;
  tell(row.status, status, status_by);
  tell_what(row, booking, by);
  tell_where_and_how_much(row, booking, by);
  tell_links(row, booking, by);
  tell_hosts(row, booking.at("hosts"), by);
  tell_guests(row, booking.at("attendees"), by);
}

}  // namespace calsync
