#include "state/views/booking_row.hpp"

#include "state/events/email.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <unordered_set>

namespace calsync {
namespace {

// "integrations:daily" and the URL of the meeting are one place, told by webhook and API (DESIGN §12.3).
bool same_place(const std::string& a, const std::string& b) {
  const auto integration = [](const std::string& s) { return s.starts_with("integrations:"); };
  const auto url = [](const std::string& s) { return s.starts_with("http"); };
  return (integration(a) && url(b)) || (url(a) && integration(b));
}

PersonKey key_of(const PersonFacts& person, const std::optional<std::string>& seat) {
  if (person.email) return lower_ascii(*person.email);
  if (person.name) return "name:" + *person.name;
  if (person.phone) return "phone:" + *person.phone;
  const auto& own = person.seat_uid ? person.seat_uid : seat;
  return own ? "seat:" + *own : "guest:";
}

std::vector<PersonKey> hear_list(BookingRow& row, const std::vector<PersonFacts>& people,
                                 std::vector<PersonKey> keys, const Stamp& by, bool hosts) {
  std::unordered_set<std::string_view> met;
  std::vector<PersonKey> once;
  once.reserve(keys.size());  // `met` looks into it
  for (std::size_t i = 0; i < keys.size(); ++i) {
    hear_person(row, keys[i], people[i], by, hosts);
    if (!met.contains(keys[i])) met.insert(once.emplace_back(std::move(keys[i])));
  }
  return once;
}

// A member of whom nothing is known is no host that anybody could name.
std::vector<PersonFacts> named(const std::vector<PersonFacts>& people) {
  std::vector<PersonFacts> out;
  std::copy_if(people.begin(), people.end(), std::back_inserter(out),
               [](const PersonFacts& one) { return one.email || one.name; });
  return out;
}

void hear_people(BookingRow& row, const BookingFacts& facts, const Stamp& by) {
  if (facts.organizer && (facts.organizer->email || facts.organizer->name)) {
    PersonKey key = key_of(*facts.organizer, {});
    hear_person(row, key, *facts.organizer, by, true);
    row.organizer.hear(std::move(key), by);
  }
  if (facts.members) {
    const auto members = named(*facts.members);
    row.members.hear_within_source(hear_list(row, members, keys_of(members), by, true), by);
  }
  for (const auto& email : facts.known_hosts) row.people[lower_ascii(email)].host = true;
  if (facts.attendees)
    row.attendees.hear(hear_list(row, *facts.attendees, keys_of(*facts.attendees, facts.seat_uid), by, false),
                       by);
}

}  // namespace

std::vector<PersonKey> keys_of(const std::vector<PersonFacts>& people,
                               const std::optional<std::string>& seat) {
  std::vector<PersonKey> keys;
  keys.reserve(people.size());
  std::unordered_map<PersonKey, std::size_t> without_email;
  for (const auto& person : people) {
    PersonKey key = key_of(person, seat);
    if (!person.email)
      if (const auto n = ++without_email[key]; n > 1) key += "#" + std::to_string(n);
    keys.push_back(std::move(key));
  }
  return keys;
}

void hear_person(BookingRow& row, const PersonKey& key, const PersonFacts& person, const Stamp& by,
                 bool host) {
  PersonRow& known = row.people[key];
  if (host) known.id.hear(person.id, by);  // an attendee's id is of another table
  known.name.hear(person.name, by);
  known.email.hear(person.email, by);
  known.time_zone.hear(person.time_zone, by);
  known.language.hear_within_source(person.language, by);
  known.phone.hear_within_source(person.phone, by);
  known.absent.hear(person.absent, by);
  known.host = known.host || host;
}

void hear_payment(BookingRow& row, const PaymentFacts& payment, const Stamp& by) {
  row.payment.id.hear(payment.id, by);
  row.payment.amount.hear(payment.amount, by);
  row.payment.currency.hear(payment.currency, by);
  row.payment.external_id.hear(payment.external_id, by);
  row.payment.success.hear(payment.success, by);
  row.payment.refunded.hear(payment.refunded, by);
}

namespace {

// Each source asks its own way: what the first told of the answers, the other does not add to (DESIGN §12.3).
void hear_responses(BookingRow& row, const BookingFacts& facts, const Stamp& by) {
  const bool of_the_other = std::any_of(row.responses.begin(), row.responses.end(), [&](const auto& one) {
    return one.second.stamp.teller != by.teller && one.second.stamp.weight > Weight::snapshot;
  });
  if (of_the_other) return;
  for (const auto& [slug, answer] : facts.responses) row.responses[slug].hear_within_source(answer, by);
}

std::vector<std::string> everybody(const BookingRow& row) {
  const Cast cast = cast_of(row);
  std::vector<std::string> out;
  for (const auto* host : cast.hosts)
    out.push_back(lower_ascii(host->email.value.value_or(host->name.value.value_or(""))));
  for (const auto& guest : cast.guests)
    out.push_back(lower_ascii(guest.person->email.value.value_or(guest.person->name.value.value_or(""))));
  std::sort(out.begin(), out.end());
  return out;
}

std::string parent(const BookingRow& row) {
  return row.rescheduled_from.value ? row.rescheduled_from.value->uid : std::string();
}

std::vector<PersonKey> absent(const BookingRow& row) {
  std::vector<PersonKey> out;
  for (const auto& [key, person] : row.people)
    if (person.absent.value == true) out.push_back(key);
  return out;
}

}  // namespace

bool same_facts(const BookingRow& a, const BookingRow& b) {
  const bool same_words = a.status.value == b.status.value && a.start.value == b.start.value &&
                          a.end.value == b.end.value && a.title.value == b.title.value &&
                          a.location.value == b.location.value &&
                          a.cancellation.value == b.cancellation.value;
  return same_words && a.organizer.value == b.organizer.value && parent(a) == parent(b) &&
         a.rescheduled_to.value == b.rescheduled_to.value && everybody(a) == everybody(b) &&
         absent(a) == absent(b);
}

void hear(BookingRow& row, const BookingFacts& facts, const Stamp& by) {
  row.id.hear(facts.id, by);
  row.title.hear(facts.title, by);
  row.start.hear(facts.start, by);
  row.end.hear(facts.end, by);
  const bool elsewhere = row.location.value && row.location.stamp.teller != by.teller;
  if (!elsewhere || !facts.location || !same_place(*row.location.value, *facts.location))
    row.location.hear(facts.location, by);
  row.description.hear_within_source(facts.description, by);
  row.video_call_url.hear_within_source(facts.video_call_url, by);
  row.currency.hear_within_source(facts.currency, by);
  row.price.hear_within_source(facts.price, by);
  row.length_minutes.hear_within_source(facts.length_minutes, by);
  row.series_uid.hear_within_source(facts.series_uid, by);
  row.seats_total.hear(facts.seats_total, by);
  row.event_type_id.hear_within_source(facts.event_type_id, by);
  row.event_type_slug.hear_within_source(facts.event_type_slug, by);
  row.event_type_title.hear_within_source(facts.event_type_title, by);
  row.team_id.hear_within_source(facts.team_id, by);
  row.team_name.hear_within_source(facts.team_name, by);
  row.metadata.hear_within_source(facts.metadata, by);
  row.rejection_reason.hear_within_source(facts.rejection_reason, by);
  hear_responses(row, facts, by);
  hear_people(row, facts, by);
}

Cast cast_of(const BookingRow& row) {
  Cast cast;
  std::unordered_set<const PersonRow*> placed;
  const auto person = [&](std::string_view key) -> const PersonRow* {
    const auto it = row.people.find(key);
    return it == row.people.end() || placed.contains(&it->second) ? nullptr : &it->second;
  };
  const auto add_host = [&](std::string_view key) {
    if (const auto* host = person(key)) {
      placed.insert(host);
      cast.hosts.push_back(host);
    }
  };
  if (row.organizer.value) add_host(*row.organizer.value);
  if (row.members.value)
    for (const auto& key : *row.members.value) add_host(key);
  const auto add_attendee = [&](const PersonKey& key, std::string_view seat) {
    const auto* who = person(key);
    if (!who) return;
    if (who->host) return add_host(key);
    placed.insert(who);
    cast.guests.push_back({who, seat});
  };
  const auto seats = alive_seats(row);
  for (const auto* seat : seats) add_attendee(seat->person, seat->seat);
  cast.guests_known = !seats.empty() || !row.left.empty() || row.attendees.value.has_value();
  if (seats.empty() && row.left.empty() && row.attendees.value)
    for (const auto& key : *row.attendees.value) add_attendee(key, {});
  if (!cast.guests_known)  // all that is known is that somebody did not come: better no name than no guest
    for (const auto& [key, who] : row.people)
      if (!who.host && who.absent.value) add_attendee(key, {});
  return cast;
}

}  // namespace calsync
