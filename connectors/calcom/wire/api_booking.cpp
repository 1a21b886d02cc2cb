// A booking as the API shows it: normal, one of a series, seated, or both. Nothing of price or payment is in it.
#include "connectors/calcom/wire/api_rows.hpp"
#include "connectors/calcom/wire/redact.hpp"
#include "connectors/calcom/wire/secret_names.hpp"

#include <algorithm>

namespace calsync {
namespace {

namespace json = boost::json;

PersonFacts read_api_person(const Fields& person) {
  PersonFacts out;
  out.id = person.integer("id");  // "unknown" is no number
  out.name = read_person_name(person, "name");
  out.email = read_person_email(person, "email");
  out.time_zone = person.name("timeZone");
  out.language = person.name("language");
  out.phone = person.text("phoneNumber");
  out.absent = person.boolean("absent");
  out.seat_uid = person.name("seatUid");
  return out;
}

void read_hosts(const Fields& row, BookingFacts& facts) {
  const auto* hosts = row.array("hosts");
  if (hosts == nullptr) return;
  std::vector<PersonFacts> people;
  for (const auto& host : *hosts)
    if (const auto fields = row.as_object(host)) people.push_back(read_api_person(*fields));
  if (people.empty()) return;
  for (auto& person : people) person.absent.reset();
  facts.organizer = people.front();
  for (std::size_t i = 1; i < people.size(); ++i)
    if (people[i].email) facts.known_hosts.push_back(*people[i].email);
}

void read_attendees(const Fields& row, BookingFacts& facts) {
  const auto* attendees = row.array("attendees");
  if (attendees == nullptr) return;
  facts.attendees.emplace();
  for (const auto& attendee : *attendees) {
    const auto fields = row.as_object(attendee);
    if (!fields) continue;
    auto person = read_api_person(*fields);
    person.id.reset();  // of another table than users
    facts.attendees->push_back(std::move(person));
  }
}

void read_answers(const Fields& row, BookingFacts& facts) {
  const auto answers = row.object("bookingFieldsResponses");
  if (!answers) return;
  for (const auto& [slug, answer] : answers->raw()) {
    if (answer.is_null() || names_a_secret(slug)) continue;
    auto& added = facts.responses.emplace_back(std::string(slug), std::string());
    append_redacted(added.second, answer);
  }
  std::sort(facts.responses.begin(), facts.responses.end());
}

// What ended it, where it has ended.
void read_end(const Fields& row, BookingFacts& facts) {
  auto reason = row.text("cancellationReason");
  if (facts.status == BookingStatus::rejected) facts.rejection_reason = reason;
  if (facts.status != BookingStatus::cancelled) return;
  auto by = row.text("cancelledByEmail");
  if (reason || by) facts.cancellation = Cancellation{std::move(reason), std::move(by)};
}

}  // namespace

Said read_api_booking(const Fields& row) {
  BookingObservation out;
  out.kind = BookingKind::api_row;
  BookingFacts& facts = out.facts;
  facts.uid = row.name("uid");
  facts.id = row.integer("id");
  if (!facts.uid) return Unreadable{"a row of a booking without its uid"};
  facts.status = read_status(row);
  facts.title = row.text("title");
  facts.description = row.text("description");
  facts.start = row.instant("start");
  facts.end = row.instant("end");
  if (!facts.start || !facts.end) return Unreadable{"a row of a booking without start and end"};
  facts.length_minutes = row.integer("duration");
  facts.location = row.text("location");
  facts.series_uid = row.name("recurringBookingUid");
  facts.event_type_id = row.integer("eventTypeId");
  if (const auto event_type = row.object("eventType")) {
    if (!facts.event_type_id) facts.event_type_id = event_type->integer("id");
    facts.event_type_slug = event_type->name("slug");
  }
  read_hosts(row, facts);
  read_attendees(row, facts);
  read_answers(row, facts);
  read_metadata(row, facts);
  read_end(row, facts);
  if (auto old = row.name("rescheduledFromUid"); old && old != facts.uid)
    facts.rescheduled_from = RescheduledFrom{std::move(*old), {}, {}, row.text("rescheduledByEmail")};
  out.updated_at = row.instant("updatedAt");
  if (!out.updated_at) out.updated_at = row.instant("createdAt");
  return out;
}

}  // namespace calsync
