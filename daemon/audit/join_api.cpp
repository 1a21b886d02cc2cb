#include "daemon/audit/join_api.hpp"

#include "state/events/email.hpp"

#include <algorithm>

namespace calsync::audit {
namespace {

// The API names hosts as attendees, too; those are no guests.
bool same_guests(const FoundBooking& known, const ApiBooking& told) {
  std::vector<std::string> guests, hosts;
  for (const auto& one : known.attendees)
    if (!one.email.empty()) guests.push_back(lower_ascii(one.email));
  for (const auto& one : known.hosts) hosts.push_back(lower_ascii(one.email));
  sort_unique(guests);
  std::vector<std::string> rest = told.attendees;
  std::erase_if(
      rest, [&hosts](const std::string& email) { return std::ranges::find(hosts, email) != hosts.end(); });
  return guests == rest;
}

// An integration's name and its address are one place.
bool same_place(const std::string& a, const std::string& b) {
  const auto is_link = [](const std::string& text) {
    return text.starts_with("integrations:") || text.starts_with("http");
  };
  return a == b || (is_link(a) && is_link(b));
}

std::string status_of(const FoundBooking& known) {
  return known.status ? calsync::to_text(*known.status) : "";
}

bool is_over(const FoundBooking& known) {
  return known.status == BookingStatus::cancelled || known.status == BookingStatus::rejected;
}

// The API's list should have it, and has not.
bool is_due(const std::string& uid, const FoundBooking& booking, const ApiBookings& told,
            Instant begins_after) {
  return !booking.erased && !told.contains(uid) && !is_over(booking) && booking.start &&
         *booking.start >= begins_after;
}

}  // namespace

std::string differing_fields(const FoundBooking& known, const ApiBooking& told) {
  std::string fields;
  const auto note = [&fields](bool same, std::string_view name) {
    if (!same) fields += (fields.empty() ? "" : ", ") + std::string(name);
  };
  note(status_of(known) == told.status, "status");
  note(known.start == told.start, "start");
  note(known.end == told.end, "end");
  note(known.title == told.title, "title");
  note(told.organizer.empty() ||
           (!known.hosts.empty() && equal_ignoring_case(known.hosts.front().email, told.organizer)),
       "organiser");
  // Of a cancelled booking with seats the API lists who had one, the log who has one still.
  note((is_over(known) && known.attendees.empty()) || same_guests(known, told), "attendees");
  note(told.location.empty() || same_place(known.location, told.location), "location");
  note(told.rescheduled_from.empty() || known.rescheduled_from == told.rescheduled_from, "rescheduledFrom");
  return fields;
}

std::vector<Finding> join_api(const KnownBookings& known, const ApiBookings& told, Instant settled) {
  std::vector<Finding> findings;
  for (const auto& [uid, booking] : told) {
    const Weight weight = booking.changed && *booking.changed > settled ? Weight::pending : Weight::now;
    const auto found = known.find(uid);
    if (found == known.end()) {
      findings.push_back(
          {weight, "missed", uid, "the API has it (" + booking.status + "), the log does not"});
      continue;
    }
    if (found->second.erased) continue;  // on request: what it was is known to nobody
    const std::string fields = differing_fields(found->second, booking);
    if (fields.empty()) continue;
    std::string what = "the API has another " + fields;
    if (status_of(found->second) != booking.status)
      what += ": " + booking.status + ", where the log has " +
              (found->second.status ? status_of(found->second) : "none");
    findings.push_back({weight, "missed", uid, std::move(what)});
  }
  return findings;
}

std::vector<std::string> not_listed(const KnownBookings& known, const ApiBookings& told,
                                    Instant begins_after) {
  std::vector<std::string> uids;
  for (const auto& [uid, booking] : known)
    if (is_due(uid, booking, told, begins_after) && !booking.vanished) uids.push_back(uid);
  return uids;
}

std::vector<Finding> told_as_vanished(const KnownBookings& known, const ApiBookings& told,
                                      Instant begins_after) {
  std::vector<Finding> findings;
  for (const auto& [uid, booking] : known)
    if (is_due(uid, booking, told, begins_after) && booking.vanished)
      findings.push_back(
          {Weight::history, "vanished", uid, "Cal.com no longer has it, as booking.vanished told"});
  return findings;
}

}  // namespace calsync::audit
