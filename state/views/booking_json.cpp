#include "state/views/booking_json.hpp"

#include "state/events/json_text.hpp"

namespace calsync {
namespace {

using Text = std::optional<std::string>;

void add_host(std::string& out, const PersonRow& who) {
  JsonObject one(out);
  one.add("id", who.id.value)
      .add("name", who.name.value)
      .add("email", who.email.value)
      .add("timeZone", who.time_zone.value)
      .end();
}

void add_guest(std::string& out, const Cast::Guest& guest) {
  const PersonRow& who = *guest.person;
  JsonObject one(out);
  one.add("name", who.name.value).add("email", who.email.value).add("timeZone", who.time_zone.value);
  one.add("language", who.language.value)
      .add("phone", who.phone.value)
      .add("absent", who.absent.value.value_or(false));
  one.add("seatUid", guest.seat.empty() ? Text() : Text(guest.seat)).end();
}

template <class List, class Add>
void add_list(std::string& out, const List& list, Add&& add) {
  out += '[';
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += ',';
    add(out, list[i]);
  }
  out += ']';
}

void add_responses(std::string& out, const BookingRow& row) {
  out += '{';
  for (const auto& [slug, answer] : row.responses) {
    if (out.back() != '{') out += ',';
    append_json(out, slug);
    out += ':';
    out += *answer.value;
  }
  out += '}';
}

std::optional<Integer> duration(const BookingRow& row) {
  if (!row.start.value || !row.end.value) return row.length_minutes.value;
  return Integer::of(
      std::chrono::duration_cast<std::chrono::minutes>(*row.end.value - *row.start.value).count());
}

void add_event_type(std::string& out, const BookingRow& row) {
  if (!row.event_type_id.value && !row.event_type_slug.value && !row.event_type_title.value) {
    out += "null";
    return;
  }
  JsonObject one(out);
  one.add("id", row.event_type_id.value)
      .add("slug", row.event_type_slug.value)
      .add("title", row.event_type_title.value)
      .end();
}

void add_team(std::string& out, const BookingRow& row) {
  if (!row.team_id.value && !row.team_name.value) {
    out += "null";
    return;
  }
  JsonObject one(out);
  one.add("id", row.team_id.value).add("name", row.team_name.value).end();
}

void add_rescheduled_from(std::string& out, const BookingRow& row) {
  if (!row.rescheduled_from.value) {
    out += "null";
    return;
  }
  const auto& old = *row.rescheduled_from.value;
  JsonObject one(out);
  one.add("uid", old.uid).add("start", old.start).add("end", old.end).add("by", old.by).end();
}

void add_cancellation(std::string& out, const BookingRow& row) {
  const bool cancelled = row.status.value == BookingStatus::cancelled;
  if (!row.cancellation.value || !cancelled) {  // a revived booking is not a cancelled one
    out += "null";
    return;
  }
  JsonObject one(out);
  one.add("reason", row.cancellation.value->reason).add("by", row.cancellation.value->by).end();
}

void add_payment(std::string& out, const PaymentRow& payment) {
  if (!payment.id.value && !payment.amount.value && !payment.external_id.value) {
    out += "null";
    return;
  }
  JsonObject one(out);
  one.add("id", payment.id.value)
      .add("externalId", payment.external_id.value)
      .add("amount", payment.amount.value);
  one.add("currency", payment.currency.value)
      .add("success", payment.success.value)
      .add("refunded", payment.refunded.value)
      .end();
}

void add_seats(std::string& out, const BookingRow& row) {
  if (!row.seats_total.value) {
    out += "null";
    return;
  }
  JsonObject one(out);  // taken: as far as it was told
  one.add("total", row.seats_total.value)
      .add("taken", Integer::of(static_cast<std::uint64_t>(alive_seats(row).size())))
      .end();
}

void add_status(std::string& out, const BookingRow& row) {
  if (row.status.value)
    append_json(out, std::string_view(to_text(*row.status.value)));
  else
    out += "null";
}

void add_who_and_what(std::string& out, std::size_t field, const BookingRow& row, const Cast& cast,
                      std::string_view chain) {
  switch (field) {
    case 0:
      return append_json(out, row.uid.empty() ? Text() : Text(row.uid));
    case 1:
      return append_json(out, row.id.value);
    case 2:
      return append_json(out, chain.empty() ? Text() : Text(chain));
    case 3:
      return add_status(out, row);
    case 4:
      return append_json(out, row.title.value);
    case 5:
      return append_json(out, row.start.value);
    case 6:
      return append_json(out, row.end.value);
    case 7:
      return append_json(out, duration(row));
    case 8:
      return add_event_type(out, row);
    case 9:
      return add_team(out, row);
    case 10:
      return add_list(out, cast.hosts, [](std::string& to, const PersonRow* who) { add_host(to, *who); });
    case 11:
      return add_list(out, cast.guests, add_guest);
    default:
      return;
  }
}

void add_rest(std::string& out, std::size_t field, const BookingRow& row) {
  switch (field) {
    case 12:
      return add_responses(out, row);
    case 13:
      out += row.metadata.value ? std::string_view(*row.metadata.value) : std::string_view("{}");
      return;
    case 14:
      return append_json(out, row.location.value);
    case 15:
      return append_json(out, row.video_call_url.value);
    case 16:
      return append_json(out, row.price.value);
    case 17:
      return append_json(out, row.currency.value);
    case 18:
      return append_json(out, row.paid);
    case 19:
      return add_rescheduled_from(out, row);
    case 20:
      return add_cancellation(out, row);
    case 21:
      return append_json(out,
                         row.status.value == BookingStatus::rejected ? row.rejection_reason.value : Text());
    case 22:
      return append_json(out, row.series_uid.value);
    case 23:
      return add_payment(out, row.payment);
    case 24:
      return append_json(out, row.description.value);
    case 25:
      return add_seats(out, row);
    case 26:
      return append_json(out, row.rescheduled_to.value);
    default:
      return;
  }
}

}  // namespace

RenderedBooking render(const BookingRow& row, std::string_view chain) {
  RenderedBooking out;
  out.json.reserve(2048);
  const Cast cast = cast_of(row);
  JsonObject object(out.json);
  for (std::size_t i = 0; i < booking_fields.size(); ++i) {
    object.key(booking_fields[i]);
    out.at[i].first = static_cast<std::uint32_t>(out.json.size());
    if (i < 12)
      add_who_and_what(out.json, i, row, cast, chain);
    else
      add_rest(out.json, i, row);
    out.at[i].second = static_cast<std::uint32_t>(out.json.size());
  }
  object.end();
  return out;
}

}  // namespace calsync
