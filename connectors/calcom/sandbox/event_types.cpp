// Event types of teams, and the key owner's own (CONTRACT §7).
#include "connectors/calcom/sandbox/event_type_parts.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

constexpr const char* disabled = R"({"disabled":true})";

// Taken in two spellings; the message knows one of them.
Field scheduling_type() {
  Check check =
      check::one_of({"ROUND_ROBIN", "COLLECTIVE", "MANAGED", "roundRobin", "collective", "managed"});
  check.says = "$ must be one of the following values: ROUND_ROBIN, COLLECTIVE, MANAGED";
  return any("schedulingType").must().also(std::move(check));
}

Field minutes(std::string name, std::string column) {
  return whole(std::move(name)).also(check::least(0)).else_stored(std::move(column));
}

Field no(std::string name) {
  return flag(std::move(name)).else_stored("false");
}

// In the order of the server's answers.
Fields common_fields(const char* locations) {
  return {whole("lengthInMinutes").must().also(check::least(1)),
          list("lengthInMinutesOptions").shown_when_set().reset_by_patch(),
          text("title").else_stored(R"("")"),
          text("slug").must(),
          text("description").else_stored(R"("")"),
          list("locations").else_stored(locations),
          list("bookingFields").else_stored("[]"),
          object("recurrence"),
          no("disableGuests").reset_by_patch(),
          whole("slotInterval").also(check::least(1)),
          minutes("minimumBookingNotice", "120"),
          minutes("beforeEventBuffer", "0"),
          minutes("afterEventBuffer", "0"),
          own("metadata", "{}"),
          own("price", "0"),
          own("currency", R"("usd")"),
          no("lockTimeZoneToggleOnBookingPage"),
          own("forwardParamsSuccessRedirect", "true"),
          text("successRedirectUrl"),
          own("isInstantEvent", "false"),
          whole("scheduleId"),
          object("bookingLimitsCount").shown_when_set(),
          object("bookingLimitsDuration").shown_when_set(),
          object("bookerActiveBookingsLimit").shown_when_set(),
          no("onlyShowFirstAvailableSlot"),
          minutes("offsetStart", "0"),
          object("bookingWindow").else_stored(disabled),
          object("bookerLayouts").shown_when_set().reset_by_patch(),
          object("confirmationPolicy").else_stored(disabled).reset_by_patch(),
          no("requiresBookerEmailVerification"),
          no("hideCalendarNotes"),
          object("color").shown_when_set(),
          object("seats").else_stored(disabled),
          text("customName").shown_when_set(),
          object("destinationCalendar").shown_when_set(),
          no("useDestinationCalendarEmail"),
          no("hideCalendarEventDetails"),
          no("hideOrganizerEmail"),
          object("calVideoSettings"),
          no("hidden"),
          no("bookingRequiresAuthentication"),
          object("disableCancelling").shown_when_set(),
          object("disableRescheduling").shown_when_set(),
          text("interfaceLanguage").shown_when_set(),
          flag("allowReschedulingPastBookings").shown_when_set(),
          flag("allowReschedulingCancelledBookings").shown_when_set(),
          flag("showOptimizedSlots").shown_when_set()};
}

Fields team_fields() {
  Fields fields{scheduling_type()};
  for (Field& field : common_fields(R"([{"type":"integration","integration":"cal-video"}])"))
    fields.push_back(std::move(field));
  Field host = any("priority").also(check::one_of({"lowest", "low", "medium", "high", "highest"}));
  fields.push_back(
      list("hosts").not_stored().with({whole("userId").must_always(), flag("mandatory"), std::move(host)}));
  fields.push_back(own("ownerId"));
  fields.push_back(own("parentEventTypeId"));
  fields.push_back(no("assignAllTeamMembers"));
  fields.push_back(object("emailSettings").shown_when_set());
  fields.push_back(flag("rescheduleWithSameRoundRobinHost").shown_when_set());
  return fields;
}

Fields own_fields() {
  Fields fields{own("ownerId")};
  for (Field& field : common_fields("[]")) fields.push_back(std::move(field));
  return fields;
}

Answer slug_in_team() {
  return refused(400, "Team event type with this slug already exists");
}
Answer slug_of_user() {
  return refused(400, "User already has an event type with this slug.");
}

json::value with_children(World& world, const Row& row) {
  json::value parent(shown(world, team_event_types(), row));
  if (text_of(row, "schedulingType") != "managed") return parent;
  json::array all{std::move(parent)};
  for (const auto& [id, child] : world.event_types.rows())
    if (number_of(child, "parentEventTypeId") == number_of(row, "id"))
      all.push_back(shown(world, team_event_types(), child));
  return all;
}

std::optional<json::value> id_and_title(World&, const Row& row) {
  return json::object{{"id", row.at("id")}, {"title", row.at("title")}};
}

std::optional<json::value> id_length_slug_title(World&, const Row& row) {
  return json::object{{"id", row.at("id")},
                      {"lengthInMinutes", row.at("lengthInMinutes")},
                      {"slug", row.at("slug")},
                      {"title", row.at("title")}};
}

}  // namespace

const Resource& team_event_types() {
  static const Resource resource{
      .table = &World::event_types,
      .fields = team_fields(),
      .unique = {{.columns = {"teamId", "slug"}, .error = slug_in_team, .counts_itself = true}},
      .prepare = {known_slugs_of_questions},
      .before_create = {hosts_in_team, connected_locations, length_among_options, into_columns,
                        reachable_booker, seats_alone},
      .before_patch = {hosts_in_team, connected_locations, length_among_options, into_columns,
                       reachable_booker, seats_alone},
      .after_create = {fail_on_seats_and_recurrence, set_hosts, follow_parent},
      .after_patch = {set_hosts, follow_parent},
      .dress = dress_team_event_type,
      .written = with_children,
      .removed = id_and_title,
  };
  return resource;
}

const Resource& own_event_types() {
  static const Resource resource{
      .table = &World::event_types,
      .fields = own_fields(),
      .unique = {{.columns = {"ownerId", "slug"}, .error = slug_of_user, .counts_itself = true}},
      .prepare = {known_slugs_of_questions},
      .before_create = {connected_locations, length_among_options, into_columns, reachable_booker,
                        seats_alone},
      .before_patch = {connected_locations, length_among_options, into_columns, reachable_booker,
                       seats_alone},
      .after_create = {fail_on_seats_and_recurrence},
      .dress = dress_own_event_type,
      .removed = id_length_slug_title,
  };
  return resource;
}

}  // namespace calsync::sandbox
