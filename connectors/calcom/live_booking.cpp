#include "connectors/calcom/live_booking.hpp"

#include "connectors/calcom/api_answer.hpp"
#include "connectors/calcom/query.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

std::string text_member(const json::object& row, const char* name) {
  const auto* value = row.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool flag_member(const json::object& row, const char* name) {
  const auto* value = row.if_contains(name);
  return value && value->is_bool() && value->get_bool();
}

std::vector<LivePerson> people_of(const json::object& row, const char* name) {
  std::vector<LivePerson> out;
  const auto* list = row.if_contains(name);
  if (!list || !list->is_array()) return out;
  for (const auto& one : list->get_array())
    if (const auto* person = one.if_object())
      out.push_back({text_member(*person, "name"), text_member(*person, "email"),
                     text_member(*person, "seatUid"), flag_member(*person, "absent")});
  return out;
}

}  // namespace

std::size_t LiveBooking::seats() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(attendees, [](const LivePerson& person) { return !person.seat_uid.empty(); }));
}

Result<LiveBooking> read_live_booking(const json::object& row) {
  LiveBooking out;
  out.uid = text_member(row, "uid");
  out.status = text_member(row, "status");
  if (out.uid.empty() || out.status.empty())
    return Error{Errc::rejected, "the answer is no booking: uid or status is missing"};
  CALSYNC_TRY(start, "booking " + out.uid + " start", parse_instant(text_member(row, "start")));
  CALSYNC_TRY(end, "booking " + out.uid + " end", parse_instant(text_member(row, "end")));
  out.start = start;
  out.end = end;
  out.title = text_member(row, "title");
  out.series_uid = text_member(row, "recurringBookingUid");
  out.rescheduled_to = text_member(row, "rescheduledToUid");
  out.host_absent = flag_member(row, "absentHost");
  out.hosts = people_of(row, "hosts");
  out.attendees = people_of(row, "attendees");
  if (const auto* type = row.if_contains("eventType"); type && type->is_object())
    out.event_type = text_member(type->get_object(), "slug");
  return out;
}

Result<std::vector<LiveBooking>> get_bookings(CalcomReads& api, std::string_view uid, ApiUse use) {
  const std::string path = "/v2/bookings/" + percent_encoded(uid);
  CALSYNC_TRY(answer, "read booking", api.get(path, use));
  CALSYNC_TRY(data, "read booking", read_data(answer, "GET " + path));
  std::vector<LiveBooking> out;
  const auto add = [&out](const json::value& row) -> Result<void> {
    if (!row.is_object()) return Error{Errc::rejected, "the answer is no booking"};
    CALSYNC_TRY(booking, "read booking", read_live_booking(row.get_object()));
    out.push_back(std::move(booking));
    return {};
  };
  if (data.is_array()) {
    for (const auto& row : data.get_array()) CALSYNC_CHECK("read booking", add(row));
  } else {
    CALSYNC_CHECK("read booking", add(data));
  }
  return out;
}

}  // namespace calsync
