// The body of POST /v2/bookings, read and refused as the server does.
#include "connectors/calcom/sandbox/booking_parts.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"
#include "connectors/calcom/sandbox/zones.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

using namespace std::chrono;

Answer wrong(std::string_view property, std::string_view says) {
  return refused(400, std::string(property) + " property is wrong," + std::string(says) + " ");
}

// The first thing that the server would name of a body that is no booking.
std::optional<Answer> malformed(const Row& body) {
  const std::string start(text_of(body, "start"));
  if (start.empty()) return wrong("start", "start must be a valid ISO 8601 date string");
  if (!parse_instant(start)) return wrong("start", "start must be a valid ISO 8601 date string");
  const auto* attendee = body.if_contains("attendee");
  if (attendee == nullptr || attendee->is_null())
    return wrong("attendee", "attendee should not be null or undefined");
  if (!attendee->is_object()) return wrong("attendee", "attendee must be an object");
  if (text_of(attendee->get_object(), "name").empty()) return wrong("attendee", "name must be a string");
  if (!zone_name(text_of(attendee->get_object(), "timeZone")))
    return wrong("attendee", "timeZone must be a valid IANA time-zone");
  const auto* guests = body.if_contains("guests");
  if (guests != nullptr && guests->is_array())
    for (const json::value& guest : guests->get_array())
      if (!guest.is_string()) return wrong("guests", "each value in guests must be an email");
  return std::nullopt;
}

const Row* owner_of(World& world, const Row& body) {
  const auto team = text_of(body, "teamSlug");
  Table& table = team.empty() ? world.users : world.teams;
  const auto wanted = team.empty() ? text_of(body, "username") : team;
  return table.find_if([&](const Row& row) {
    return !wanted.empty() && text_of(row, team.empty() ? "username" : "slug") == wanted;
  });
}

const Row* wanted_type(World& world, const Row& body) {
  if (number_of(body, "eventTypeId") != 0) return world.event_types.find(number_of(body, "eventTypeId"));
  const Row* owner = owner_of(world, body);
  const char* column = text_of(body, "teamSlug").empty() ? "ownerId" : "teamId";
  return owner == nullptr ? nullptr : world.event_types.find_if([&](const Row& row) {
    return text_of(row, "slug") == text_of(body, "eventTypeSlug") &&
           number_of(row, column) == number_of(*owner, "id");
  });
}

Answer no_event_type(const Row& body) {
  if (body.contains("eventTypeId"))
    return refused(404, "Event type with id " + json::serialize(body.at("eventTypeId")) + " not found.");
  return refused(404, "Event type with slug " + std::string(text_of(body, "eventTypeSlug")) + " not found.");
}

std::optional<Answer> take_length(const Row& body, const Row& type, Wish& wish) {
  wish.length = minutes{number_of(type, "lengthInMinutes")};
  const auto given = number_of(body, "lengthInMinutes");
  if (given == 0) return std::nullopt;
  const auto* options = type.if_contains("lengthInMinutesOptions");
  if (options == nullptr || !options->is_array() || options->get_array().empty())
    return refused(
        400,
        "Can't specify 'lengthInMinutes' because event type does not have multiple possible lengths. "
        "Please, remove the 'lengthInMinutes' field from the request.");
  std::string all;
  for (const json::value& one : options->get_array()) {
    if (one == given) wish.length = minutes{given};
    all += (all.empty() ? "" : ", ") + json::serialize(one);
  }
  if (wish.length == minutes{given}) return std::nullopt;
  return refused(
      400,
      "Provided 'lengthInMinutes' is not one of the possible lengths for the event type. The possible "
      "lengths are: " +
          all);
}

const char* kind_of(const json::value& value) {
  if (value.is_string()) return "string";
  if (value.is_number()) return "number";
  if (value.is_bool()) return "boolean";
  return value.is_array() ? "array" : "object";
}

const char* kind_for(std::string_view type) {
  if (type == "number") return "number";
  if (type == "boolean") return "boolean";
  return type == "multiselect" || type == "checkbox" || type == "multiemail" ? "array" : "string";
}

std::optional<Answer> bad_response(const json::object& field, const json::value& given) {
  const auto type = text_of(field, "type");
  const std::string slug(text_of(field, "slug")), expected = kind_for(type), got = kind_of(given);
  if (expected != got)
    return refused(400, "Invalid type for booking field '" + slug + "'. Expected type " + expected +
                            " (compatible with field type '" + std::string(type) + "'), but received " + got +
                            ".");
  // The next layer takes texts only: a question for a number cannot be answered by API at all.
  if (type == "number") return failed(400, "BAD_REQUEST", "responses - {" + slug + "}Invalid string, ");
  const auto* options = field.if_contains("options");
  if (type == "select" && options != nullptr && options->is_array()) {
    const auto& all = options->get_array();
    if (std::find(all.begin(), all.end(), given) == all.end())
      return refused(400, "Invalid option '" + std::string(given.get_string()) + "' for booking field '" +
                              slug + "'. Allowed options are: " + json::serialize(all) + ".");
  }
  return std::nullopt;
}

std::optional<Answer> check_responses(const Row& type, const Wish& wish) {
  for (const json::value& one : type.at("bookingFields").as_array()) {
    const auto& field = one.as_object();
    if (flag_of(field, "isDefault")) continue;
    const std::string slug(text_of(field, "slug"));
    const auto* given = wish.responses.if_contains(slug);
    if (given != nullptr && !given->is_null()) {
      if (auto refusal = bad_response(field, *given)) return refusal;
    } else if (flag_of(field, "required") && !flag_of(field, "hidden")) {
      return refused(400, "Missing required booking field response: " + slug +
                              " - it is required by the event type booking fields, but missing in the "
                              "bookingFieldsResponses. You can fetch the event type with ID " +
                              json::serialize(type.at("id")) + " to see the required fields.");
    }
  }
  return std::nullopt;
}

std::string location_of(const json::object& place, const json::object& attendee) {
  const auto type = text_of(place, "type");
  if (type == "integration")
    return text_of(place, "integration") == "cal-video"
               ? "integrations:daily"
               : "integrations:" + std::string(text_of(place, "integration"));
  if (type == "attendeePhone" && text_of(place, "phone").empty())
    return std::string(text_of(attendee, "phoneNumber"));
  for (const char* name : {"link", "address", "phone", "location"})
    if (!text_of(place, name).empty()) return std::string(text_of(place, name));
  return "integrations:daily";
}

void take_location(const Row& body, const Row& type, Wish& wish) {
  const auto* given = body.if_contains("location");
  const auto* offered = type.if_contains("locations");
  if (given != nullptr && given->is_string())
    wish.location = given->get_string();
  else if (given != nullptr && given->is_object())
    wish.location = location_of(given->get_object(), wish.attendee);
  else if (offered != nullptr && offered->is_array() && !offered->get_array().empty() &&
           offered->get_array().front().is_object())
    wish.location = location_of(offered->get_array().front().get_object(), wish.attendee);
  else
    wish.location = "integrations:daily";
}

void take_people(const Row& body, Wish& wish) {
  const auto& given = body.at("attendee").as_object();
  wish.attendee = {{"name", given.at("name")},
                   {"email", text_of(given, "email")},
                   {"timeZone", zone_name(text_of(given, "timeZone")).value_or("UTC")},
                   {"language", text_of(given, "language").empty() ? "en" : text_of(given, "language")},
                   {"absent", false}};
  if (!text_of(given, "phoneNumber").empty()) wish.attendee["phoneNumber"] = given.at("phoneNumber");
  if (const auto* guests = body.if_contains("guests"); guests != nullptr && guests->is_array())
    wish.guests = guests->get_array();
  wish.responses = {{"email", wish.attendee.at("email")}};
  if (wish.attendee.contains("phoneNumber")) wish.responses["attendeePhoneNumber"] = given.at("phoneNumber");
  wish.responses["name"] = given.at("name");
  if (!wish.guests.empty()) wish.responses["guests"] = wish.guests;
  if (const auto* responses = body.if_contains("bookingFieldsResponses");
      responses != nullptr && responses->is_object())
    for (const auto& [name, value] : responses->get_object()) wish.responses[name] = value;
  if (const auto* metadata = body.if_contains("metadata"); metadata != nullptr && metadata->is_object())
    wish.metadata = metadata->get_object();
}

std::optional<Answer> take_occurrences(const Row& body, const Row& type, Wish& wish) {
  if (!is_enabled(type, "recurrence")) return std::nullopt;
  const auto most = std::max<std::int64_t>(1, number_of(type.at("recurrence").as_object(), "occurrences"));
  const auto given = number_of(body, "recurrenceCount");
  if (given > most)
    return refused(400, "Recurrence count must be less than or equal to " + std::to_string(most) + ".");
  wish.occurrences = given > 0 ? given : most;
  return std::nullopt;
}

}  // namespace

std::optional<Answer> read_wish(World& world, const Request& request, Wish& wish) {
  static const Row nothing;
  const Row& body = request.body.is_object() ? request.body.get_object() : nothing;
  if (auto refusal = malformed(body)) return refusal;
  const Row* type = wanted_type(world, body);
  if (type == nullptr) return no_event_type(body);
  wish.event_type = number_of(*type, "id");
  wish.start = floor<seconds>(*parse_instant(text_of(body, "start")));
  take_people(body, wish);
  take_location(body, *type, wish);
  if (auto refusal = check_responses(*type, wish)) return refusal;
  if (auto refusal = take_length(body, *type, wish)) return refusal;
  if (auto refusal = take_occurrences(body, *type, wish)) return refusal;
  const auto now = world.clock.wall();
  if (wish.start < now) return refused(400, "Attempting to book a meeting in the past.");
  if (wish.start < now + minutes{number_of(*type, "minimumBookingNotice")})
    return refused(
        400,
        "The event type can't be booked at the \"start\" time provided. This could be because it's too soon "
        "(violating the minimum booking notice) or too far in the future (outside the event's scheduling "
        "window). Try fetching available slots first using the GET /v2/slots endpoint and then make a "
        "booking with \"start\" time equal to one of the available slots: GET /v2/slots.");
  return std::nullopt;
}

}  // namespace calsync::sandbox
