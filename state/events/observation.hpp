// What one delivery (or one row of the API) says, in our words: made by connectors/calcom/wire, folded by
// state/views. A field that is not set was not carried and stays as known (DESIGN §12.2). Everything here is
// safe to publish: bearer links, passwords and one-time passwords were cut by the reader.
#pragma once
#include "state/base/time.hpp"
#include "state/events/integer.hpp"

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace calsync {

// Numbers are on disk; a higher one wins where two claims are equally old.
enum class BookingStatus : std::uint8_t {
  awaiting_host = 1,
  pending = 2,
  accepted = 3,
  rejected = 4,
  cancelled = 5,
};
const char* to_text(BookingStatus status);

enum class BookingKind : std::uint8_t {
  // state triggers: emit where they change the view
  created,
  requested,
  rescheduled,
  cancelled,
  reschedule_requested,  // the host asked the client to choose another time
  rejected,
  seat_cancelled,
  no_show_updated,
  paid,
  api_row,  // an authoritative read
  // occurrence triggers: emit once per identity
  payment_initiated,
  meeting_started,
  meeting_ended,
  host_no_show,
  guest_no_show,
  recording_ready,
  recording_transcribed,
  instant_meeting,
  vanished,  // the API does not know it any more; it says nothing about it
};

struct PersonFacts {
  std::optional<Integer> id;
  std::optional<std::string> name, email, time_zone, language, phone, seat_uid;
  std::optional<bool> absent;
};

struct Cancellation {
  std::optional<std::string> reason, by;
};

struct RescheduledFrom {
  std::string uid;
  std::optional<Instant> start, end;
  std::optional<std::string> by;
};

struct PaymentFacts {
  std::optional<Integer> id, amount;
  std::optional<std::string> currency, external_id;
  std::optional<bool> success, refunded;
};

struct BookingFacts {
  std::optional<std::string> uid;
  std::optional<Integer> id;
  std::optional<BookingStatus> status;
  std::optional<std::string> title, description, location, video_call_url, currency, series_uid,
      rejection_reason;
  std::optional<Instant> start, end;
  std::optional<Integer> length_minutes, price, seats_total;
  std::optional<Integer> event_type_id;
  std::optional<std::string> event_type_slug, event_type_title;
  std::optional<Integer> team_id;
  std::optional<std::string> team_name;
  std::optional<PersonFacts> organizer;
  std::optional<std::vector<PersonFacts>> members;    // co-hosts, as `team.members` tells them
  std::vector<std::string> known_hosts;               // further e-mails of hosts (an event type's host list)
  std::optional<std::vector<PersonFacts>> attendees;  // as told: may hold co-hosts
  // Slug → JSON text of the answer; answered ones only.
  std::vector<std::pair<std::string, std::string>> responses;
  std::optional<std::string> metadata;  // JSON text of an object, keys sorted
  std::optional<std::string> seat_uid;  // attendeeSeatId: the seat that this delivery is about
  std::optional<RescheduledFrom> rescheduled_from;
  std::optional<Integer> rescheduled_from_id;  // the number of the booking that it names
  std::vector<std::string> ancestors;  // of which that one came, nearest first, where a poll walked up
  std::optional<Cancellation> cancellation;
  std::optional<PaymentFacts> payment;
  // Carries `recurringEvent`: a cancellation or confirmation may be about the rest of a series.
  bool series = false;
};

struct BookingObservation {
  BookingKind kind = BookingKind::created;
  BookingFacts facts;
  std::string identity;  // occurrences: what makes two deliveries one (CONTRACT §11.6), within the booking
  std::string detail;    // JSON text of what is not the booking's state (who did not come …); empty: none
  std::optional<Instant> updated_at;  // api_row: the row's own updatedAt, else createdAt
};

struct OooPerson {
  std::optional<Integer> id;
  std::optional<std::string> email, name;
};

struct OooObservation {
  std::optional<Integer> id;
  std::optional<std::string> uuid, start, end, reason, notes;  // start, end: dates as text, never converted
  std::optional<OooPerson> user, stand_in;
  bool from_api = false;  // names people by number; e-mails and names may be missing
  bool deleted = false;   // the API does not list it any more
  std::optional<Instant> updated_at;
};

enum class FormKind : std::uint8_t { submitted, submitted_without_booking, fallback_hit };

struct FormObservation {
  FormKind kind = FormKind::submitted;
  std::optional<std::string> id, name;
  std::optional<Integer> team_id, response_id;
  std::vector<std::pair<std::string, std::string>> responses;  // question → JSON text of the answer, sorted
  std::string action;  // JSON text of `redirect` or `fallbackAction`; empty: none
};

enum class SystemKind : std::uint8_t { delegation_credential_error, assignment_reported_wrong, unknown };

struct SystemObservation {
  SystemKind kind = SystemKind::unknown;
  std::string identity;                    // what makes two deliveries one, without createdAt
  std::string detail;                      // JSON text; empty for `unknown`, whose body is never published
  std::optional<std::string> booking_uid;  // where one is named
};

struct Nothing {};  // PING

struct Unreadable {
  std::string reason;  // for a person; never a piece of the body
};

struct Observation {
  std::string trigger;  // as sent; empty: none
  std::optional<Instant> created_at;
  std::vector<std::string> people;    // e-mail addresses anywhere in the body, lower case, sorted
  std::vector<std::string> warnings;  // what was read as null, and why; never personal data
  std::variant<Unreadable, Nothing, BookingObservation, OooObservation, FormObservation, SystemObservation>
      said;
};

}  // namespace calsync
