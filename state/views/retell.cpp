#include "state/views/retell.hpp"

#include "state/events/email.hpp"
#include "state/views/booking_json.hpp"
#include "state/views/booking_kinds.hpp"
#include "state/views/chain.hpp"
#include "state/views/folding.hpp"
#include "state/views/normalise.hpp"
#include "state/views/numbered.hpp"
#include "state/views/retell_booking.hpp"
#include "state/views/tagged.hpp"
#include "state/views/value_codec.hpp"

#include <algorithm>

namespace calsync {
namespace {

// The kinds of deliveries by which an event of this type was made, as far as stamps depend on it.
bool is_word_type(std::string_view type) {
  return type.starts_with("booking.") && type != "booking.paid" && type != "booking.payment_initiated" &&
         type != "booking.seat_cancelled" && type != "booking.no_show_updated";
}

Stamp stamp_of(const EventRecord& event) {
  const bool word = is_word_type(event.type) || event.type == "booking.no_show_updated";
  return {word ? Weight::word : Weight::snapshot,
          event.origin == Origin::poll ? Teller::api : Teller::webhook, event.time};
}

// What made two deliveries one, where the event shows it (connectors/calcom/wire/meeting_payload.cpp).
std::optional<std::string> occurrence_in(const RawRecord& record, const EventRecord& event,
                                         const JsonPiece& value) {
  if (event.type == "meeting.started" || event.type == "meeting.ended") {
    const auto start = value.at("booking").at("start").instant();
    return start ? to_text(*start) : std::string();
  }
  if (event.type == "meeting.host_no_show" || event.type == "meeting.guest_no_show")
    return lower_ascii(value.at("detail").at("hostEmail").string().value_or(""));
  if (event.type == "recording.ready" || event.type == "recording.transcribed")
    return value.at("detail").at("recording").string().value_or("");
  if (event.type == "instant_meeting.requested") return std::string();
  if (event.type == "booking.vanished")
    return reads_as(record, 3) ? std::optional(std::string(vanished_identity)) : std::nullopt;
  if (event.type != "booking.payment_initiated") return std::nullopt;
  const auto id = value.at("booking").at("payment").at("id").integer();
  return id ? to_text(*id) : std::string();
}

void note_occurrence(BookingRow& row, const RawRecord& record, const EventRecord& event,
                     const JsonPiece& value) {
  if (const auto identity = occurrence_in(record, event, value)) {
    std::string name = remembered_occurrence(event.type, *identity);
    const auto at = std::ranges::lower_bound(row.seen, name);
    if (at == row.seen.end() || *at != name) row.seen.insert(at, std::move(name));
  }
  if (event.origin == Origin::poll && event.type != "booking.vanished" && reads_as(record, 3))
    hear_return(row);
  const auto paid = event.type == "booking.paid" ? value.at("booking").at("payment").at("id").integer()
                                                 : std::optional<Integer>();
  if (!paid) return;
  const auto at = std::lower_bound(row.paid_ids.begin(), row.paid_ids.end(), *paid);
  if (at == row.paid_ids.end() || *at != *paid) row.paid_ids.insert(at, *paid);
}

BookingRow row_named(ViewTable& views, const std::string& name) {
  BookingRow row = load_booking(views, name).value_or(BookingRow{});
  if (!name.starts_with("id:")) row.uid = name;
  return row;
}

// The row as the event shows the booking; what was known under its number alone is joined first.
BookingRow retell_row(ViewTable& views, const std::string& name, const JsonPiece& booking, const Stamp& by) {
  BookingRow row = row_named(views, name);
  const auto number = booking.at("id").integer();
  if (number && !row.uid.empty() && row.id.value != number) learn_number(views, row, *number);
  retell_booking(row, booking, by);
  return row;
}

void note_word(BookingRow& row, const Stamp& by) {
  row.announced = true;
  row.as_of = std::max(row.as_of, by.as_of);
  if (by.teller == Teller::api) row.api_as_of = std::max(row.api_as_of, by.as_of);
}

// The old uids of a reschedule, and the bookings below one that learned an ancestor: their states ride along. The
// old one's may have been compacted away.
void retell_others(const EventRecord& event, const BookingRow& row, const Stamp& by, ViewTable& views) {
  bool parent_told = false;
  for (const StateValue& state : event.states) {
    const std::string& uid = state.uid.value();
    if (uid == row.uid || state.json.empty()) continue;
    BookingRow other = retell_row(views, uid, JsonPiece(state.json), by);
    note_word(other, by);
    views.put(booking_row_key(uid), encode(other));
    parent_told = parent_told || (row.rescheduled_from.value && uid == row.rescheduled_from.value->uid);
  }
  if (parent_told || row.uid.empty() || !row.rescheduled_from.value) return;
  const std::string& parent = row.rescheduled_from.value->uid;
  const auto old = load_booking(views, parent);
  std::vector<BookingRow> news;  // told already
  if (!old || !old->rescheduled_to.value) mark_rescheduled(views, {parent, row.uid, {}}, by, news);
}

std::string differing(const RenderedBooking& made, std::string_view told) {
  if (made.json == told) return {};
  std::string names;
  const JsonPiece booking(told);
  for (std::size_t i = 0; i < booking_fields.size(); ++i)
    if (booking.at(booking_fields[i]).text() != made.field(i))
      names.append(names.empty() ? "" : ", ").append(booking_fields[i]);
  return names.empty() ? "fields of a newer version" : names;
}

// The event's own booking; where it was too large for Kafka, its state in booking-state.
JsonPiece booking_in(const EventRecord& event, const JsonPiece& value) {
  if (const JsonPiece booking = value.at("booking"); !booking.null()) return booking;
  for (const StateValue& state : event.states)
    if (state.uid.value() == event.subject) return JsonPiece(state.json);
  return {};
}

// Only what the event tells is left of it, whatever a backup still knew.
std::string retell_erased(const EventRecord& event, const JsonPiece& told, ViewTable& views) {
  BookingRow row;
  row.uid = event.subject;
  row.key = event.key.value();
  row.erased = row.told_erased = true;
  retell_booking(row, told, stamp_of(event));
  note_word(row, stamp_of(event));
  views.put(booking_row_key(event.subject), encode(row));
  return differing(render(row, walk_up(views, row, event.subject).root), told.text());
}

std::string retell_in_bookings(const RawRecord& record, const EventRecord& event, const JsonPiece& value,
                               ViewTable& views) {
  if (event.type == "event.erased") return {};
  const JsonPiece told = booking_in(event, value);
  if (told.null()) return "all: Kafka has it neither in the event nor in booking-state";
  if (event.subject.starts_with("raw/")) return {};  // about no booking that has a name: nothing to remember
  if (event.type == "booking.erased") return retell_erased(event, told, views);
  const Stamp by = stamp_of(event);
  BookingRow row = retell_row(views, event.subject, told, by);
  note_occurrence(row, record, event, value);
  if (is_word_type(event.type)) note_word(row, by);
  row.key = event.key.value();
  views.put(booking_row_key(event.subject), encode(row));
  retell_others(event, row, by, views);
  const Chain chain = walk_up(views, row, event.subject);
  pin(views, chain);
  return differing(render(row, chain.root), told.text());
}

void retell_in_ooo(const EventRecord& event, const JsonPiece& value, ViewTable& views) {
  std::vector<std::string> values;
  for (const auto& [name, piece] : value.at("ooo").members()) values.emplace_back(piece.text());
  if (values.empty()) return;
  std::string bytes(1, '\1');
  put(bytes, event.time);
  put(bytes, values);
  put(bytes, event.key.value());
  views.put("o/" + event.subject, std::move(bytes));
}

void retell_in_forms(const EventRecord& event, const JsonPiece& value, ViewTable& views) {
  const JsonPiece form = value.at("form");
  const auto id = form.at("id").string();
  if (!id) return;
  const auto response = form.at("responseId").integer();
  const std::string what = response ? "#" + to_text(*response) : std::string(form.at("responses").text());
  first_telling(views, event.type + "/" + *id + "/" + what, event.time);
}

void count_key(const EventRecord& event, ViewTable& views) {
  std::string bytes;
  put_varint(bytes, event.key_sequence.value());
  views.put(std::string("ks/") + to_text(event.topic) + "/" + event.key.value(), std::move(bytes));
}

}  // namespace

std::string retell(const RawRecord& record, const EventRecord& event, ViewTable& views) {
  count_key(event, views);
  const JsonPiece value(event.value);
  switch (event.topic) {
    case Topic::bookings:
      return retell_in_bookings(record, event, value, views);
    case Topic::ooo:
      retell_in_ooo(event, value, views);
      return {};
    case Topic::forms:
      retell_in_forms(event, value, views);
      return {};
    case Topic::system:
    case Topic::config:
      return {};
  }
  return {};
}

}  // namespace calsync
