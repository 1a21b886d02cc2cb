// CONTRACT §7 and §16: a PATCH without the sticky fields resets them; price and currency cannot be written; a slug is sent
// only to rename; the defaults of the booking questions stand around the custom ones.
#include "config/kinds/kind.hpp"

namespace calsync {
extern const ResourceKind kind_event_type;

namespace {

using T = FieldType;

Field flag(std::string_view name, std::string_view about = {}) {
  return {.name = name, .type = T::boolean, .fallback = "false", .about = about};
}
Field minutes(std::string_view name, std::string_view fallback, std::string_view about) {
  return {.name = name, .type = T::integer, .fallback = fallback, .about = about};
}
Field whole(std::string_view name, bool required = false) {
  return {.name = name, .type = T::integer, .required = required, .least = 1};
}

Field limits(std::string_view name, std::string_view about) {
  return {.name = name,
          .type = T::object,
          .members = {whole("day"), whole("week"), whole("month"), whole("year")},
          .may_disable = true,
          .about = about};
}

const Field question{
    .type = T::object,
    .members = {
        {.name = "type",
         .one_of = {"name", "email", "phone", "address", "text", "number", "textarea", "select",
                    "multiselect", "multiemail", "checkbox", "radio", "boolean", "url"},
         .about = "of name, email and custom questions"},
        {.name = "slug",
         .about = "the name of the answer; alone it names title, location, notes, guests, rescheduleReason"},
        {.name = "label"},
        {.name = "required", .type = T::boolean},
        {.name = "placeholder"},
        {.name = "options",
         .type = T::list,
         .members = {Field{}},
         .about = "of select, multiselect, checkbox, radio"},
        {.name = "minLength", .type = T::integer},
        {.name = "maxLength", .type = T::integer},
        {.name = "disableOnPrefill", .type = T::boolean, .fallback = "false"},
        {.name = "hidden", .type = T::boolean, .fallback = "false"}}};

// CONTRACT §7, recorded #86. Whether `guests` is hidden is said by disableGuests.
constexpr std::string_view questions_as_made = R"([
    {"type":"name","required":true,"label":"your_name"}, {"type":"email","required":true}, {"slug":"location","required":false},
    {"slug":"title","required":true,"hidden":true}, {"slug":"notes","required":false}, {"slug":"guests","required":false},
    {"slug":"rescheduleReason","required":false}])";

const Field place{
    .type = T::object,
    .members = {{.name = "type",
                 .required = true,
                 .one_of = {"address", "link", "integration", "phone", "attendeeAddress", "attendeePhone",
                            "attendeeDefined", "organizersDefaultApp"}},
                {.name = "address"},
                {.name = "link", .form = TextForm::web_address},
                {.name = "phone"},
                {.name = "integration", .one_of = {"cal-video", "google-meet", "zoom", "office365-video"}},
                {.name = "public", .type = T::boolean}}};

const Field host{.type = T::object,
                 .members = {{.name = "user",
                              .required = true,
                              .form = TextForm::e_mail,
                              .refers = Reference::user,
                              .wire = "userId"},
                             {.name = "mandatory", .type = T::boolean, .fallback = "false"},
                             {.name = "priority",
                              .fallback = "\"medium\"",
                              .one_of = {"lowest", "low", "medium", "high", "highest"}}}};

}  // namespace

const ResourceKind kind_event_type{
    .name = "eventType",
    .section = "eventTypes",
    .address = "{team|user}/{slug}",
    .fields =
        {{.name = "team",
          .form = TextForm::slug,
          .refers = Reference::team,
          .wire = "teamId",
          .about = "whose service it is"},
         {.name = "user",
          .form = TextForm::e_mail,
          .refers = Reference::user,
          .wire = "ownerId",
          .about = "instead of `team`: a personal one, only of the API key's owner"},
         {.name = "slug", .required = true, .form = TextForm::slug, .least = 1, .about = "its name in links"},
         {.name = "title", .required = true, .least = 1},
         {.name = "lengthInMinutes", .type = T::integer, .required = true, .least = 1},
         {.name = "lengthInMinutesOptions",
          .type = T::list,
          .fallback = "[]",
          .members = {{.type = T::integer, .least = 1}},
          .order = ListOrder::set,
          .sticky = true,
          .about = "lengths that the client may choose; holds lengthInMinutes"},
         {.name = "description", .fallback = "\"\""},
         {.name = "schedulingType",
          .one_of = {"roundRobin", "collective", "managed"},
          .about = "of a team's event types; required there"},
         {.name = "hosts", .type = T::list, .members = {host}, .order = ListOrder::keyed, .key = "user"},
         flag("assignAllTeamMembers", "every member of the team is a host"),
         {.name = "locations",
          .type = T::list,
          .fallback = R"([{"type":"integration","integration":"cal-video"}])",
          .least = 1,
          .members = {place}},
         {.name = "bookingFields",
          .type = T::list,
          .fallback = "[]",
          .members = {question},
          .order = ListOrder::defaults,
          .as_made = questions_as_made,
          .key = "slug"},
         {.name = "disableGuests", .type = T::boolean, .fallback = "false", .sticky = true},
         {.name = "schedule",
          .refers = Reference::schedule,
          .wire = "scheduleId",
          .about = "name of a schedule of its owner"},
         minutes("slotInterval", "null", "between two starts; without it the length"),
         minutes("minimumBookingNotice", "120", "between booking and start"),
         minutes("beforeEventBuffer", "0", "kept free before"),
         minutes("afterEventBuffer", "0", "kept free after"),
         minutes("offsetStart", "0", "by which starts are shifted"),
         limits("bookingLimitsCount", "bookings in a day, week, month, year"),
         limits("bookingLimitsDuration", "minutes in a day, week, month, year"),
         {.name = "bookerActiveBookingsLimit",
          .type = T::object,
          .members = {whole("maximumActiveBookings"), {.name = "offerReschedule", .type = T::boolean}},
          .may_disable = true},
         flag("onlyShowFirstAvailableSlot"),
         {.name = "bookingWindow",
          .type = T::object,
          .members = {{.name = "type", .required = true, .one_of = {"businessDays", "calendarDays", "range"}},
                      {.name = "value", .type = T::any, .required = true},
                      {.name = "rolling", .type = T::boolean, .fallback = "false"}},
          .may_disable = true,
          .about = "how far ahead one can book"},
         {.name = "bookerLayouts",
          .type = T::object,
          .members = {{.name = "defaultLayout", .required = true, .one_of = {"month", "week", "column"}},
                      {.name = "enabledLayouts",
                       .type = T::list,
                       .required = true,
                       .members = {{.one_of = {"month", "week", "column"}}},
                       .order = ListOrder::set}},
          .sticky = true},
         {.name = "confirmationPolicy",
          .type = T::object,
          .members = {{.name = "type", .required = true, .one_of = {"always", "time"}},
                      {.name = "noticeThreshold",
                       .type = T::object,
                       .members = {{.name = "unit", .required = true}, whole("count", true)}},
                      {.name = "blockUnconfirmedBookingsInBooker", .type = T::boolean, .required = true}},
          .sticky = true,
          .may_disable = true},
         {.name = "recurrence",
          .type = T::object,
          .members = {whole("interval", true),
                      whole("occurrences", true),
                      {.name = "frequency", .required = true, .one_of = {"yearly", "monthly", "weekly"}}},
          .may_disable = true},
         {.name = "seats",
          .type = T::object,
          .members = {whole("seatsPerTimeSlot", true),
                      {.name = "showAttendeeInfo", .type = T::boolean, .required = true},
                      {.name = "showAvailabilityCount", .type = T::boolean, .required = true}},
          .may_disable = true},
         flag("requiresBookerEmailVerification"),
         flag("hideCalendarNotes"),
         flag("lockTimeZoneToggleOnBookingPage"),
         {.name = "color",
          .type = T::object,
          .members = {{.name = "lightThemeHex", .required = true, .form = TextForm::colour},
                      {.name = "darkThemeHex", .required = true, .form = TextForm::colour}}},
         {.name = "customName", .about = "title of bookings, with placeholders"},
         {.name = "destinationCalendar",
          .type = T::object,
          .members = {{.name = "integration", .required = true}, {.name = "externalId", .required = true}}},
         flag("useDestinationCalendarEmail"),
         flag("hideCalendarEventDetails"),
         {.name = "successRedirectUrl", .form = TextForm::web_address},
         flag("hideOrganizerEmail"),
         {.name = "calVideoSettings", .type = T::any},
         flag("hidden", "not shown on the team's page"),
         flag("bookingRequiresAuthentication"),
         {.name = "disableCancelling", .type = T::any},
         {.name = "disableRescheduling", .type = T::any},
         {.name = "interfaceLanguage"},
         flag("allowReschedulingPastBookings"),
         flag("allowReschedulingCancelledBookings"),
         flag("showOptimizedSlots"),
         {.name = "emailSettings", .type = T::any, .mutability = Mutability::write_only},
         {.name = "rescheduleWithSameRoundRobinHost",
          .type = T::boolean,
          .mutability = Mutability::write_only},
         {.name = "price",
          .type = T::integer,
          .mutability = Mutability::asserted,
          .fallback = "0",
          .about = "in the currency's smallest unit; set in the UI"},
         {.name = "currency", .mutability = Mutability::asserted, .about = "of price; set in the UI"}},
    .needs = {"team", "user", "schedule", "membership"},
    .api = {.list = "/v2/organizations/{organization}/teams/{team}/event-types",
            .create = "/v2/organizations/{organization}/teams/{team}/event-types",
            .update = "/v2/organizations/{organization}/teams/{team}/event-types/{id}",
            .remove = "/v2/organizations/{organization}/teams/{team}/event-types/{id}"},
    .other_owner = "user",
    .api_of_other = {.list = "/v2/event-types?username={me}",
                     .create = "/v2/event-types",
                     .update = "/v2/event-types/{id}",
                     .remove = "/v2/event-types/{id}"},
    .removals = {Removal::keep, Removal::remove, Removal::disable},
    .disable = R"({"hidden": true})",
    .rename = true,
    .about = "A service that clients can book."};

}  // namespace calsync
