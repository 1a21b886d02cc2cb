// MEETING_STARTED and MEETING_ENDED: the row as it was when the booking was made, kept until the hour comes.
#include "connectors/calcom/sandbox/booking_parts.hpp"
#include "connectors/calcom/sandbox/notices.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

json::array bookers(const Row& booking) {
  json::array people;
  const json::array all = stored_people(booking);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!booking.at("attendees").as_array()[i].as_object().contains("_hostId")) people.push_back(all[i]);
  return people;
}

// The questions in the database's own form.
json::array stored_questions(const Row& type) {
  json::array questions;
  for (const json::value& one : type.at("bookingFields").as_array()) {
    const auto& shown = one.as_object();
    const bool standard = flag_of(shown, "isDefault");
    json::object question{{"name", shown.at("slug")},
                          {"type", shown.at("type")},
                          {"sources", json::array{json::object{{"id", standard ? "default" : "user"},
                                                               {"type", standard ? "default" : "user"},
                                                               {"label", standard ? "Default" : "User"}}}},
                          {"editable", standard ? "system-but-optional" : "user"},
                          {"required", member_of(shown, "required")}};
    if (shown.contains("hidden")) question["hidden"] = shown.at("hidden");
    if (shown.contains("label")) question[standard ? "defaultLabel" : "label"] = shown.at("label");
    questions.push_back(std::move(question));
  }
  return questions;
}

json::object type_of_meeting(World& world, const Row& type) {
  json::array hosts;
  for (const auto id : hosts_of(type))
    if (const Row* user = world.users.find(id))
      hosts.push_back(json::object{
          {"user", json::object{{"email", user->at("email")}, {"destinationCalendar", nullptr}}}});
  const auto scheduling = text_of(type, "schedulingType");
  return {{"slug", type.at("slug")},
          {"bookingFields", stored_questions(type)},
          {"schedulingType", scheduling == "roundRobin"   ? json::value("ROUND_ROBIN")
                             : scheduling == "collective" ? json::value("COLLECTIVE")
                                                          : json::value(nullptr)},
          {"owner", nullptr},
          {"hosts", std::move(hosts)}};
}

Notice notice_of(const Row& booking, const json::object& job) {
  return {.trigger = std::string(text_of(job, "trigger")),
          .payload = booking.at("_meeting").as_object(),
          .flat = true,
          .team_id = number_of(booking, "_teamId"),
          .event_type_id = number_of(booking, "eventTypeId"),
          .user_id = number_of(booking, "userId"),
          .webhook_id = number_of(job, "webhookId")};
}

}  // namespace

json::array stored_people(const Row& booking) {
  json::array people;
  std::int64_t n = number_of(booking, "id") * 100;
  for (const json::value& one : booking.at("attendees").as_array()) {
    const auto& person = one.as_object();
    people.push_back(json::object{{"id", ++n},
                                  {"email", person.at("email")},
                                  {"name", person.at("name")},
                                  {"timeZone", person.at("timeZone")},
                                  {"phoneNumber", member_of(person, "phoneNumber")},
                                  {"locale", text_or(person, "language", "en")},
                                  {"bookingId", booking.at("id")},
                                  {"noShow", person.at("absent")}});
  }
  return people;
}

Row meeting_of_booking(World& world, const Row& booking) {
  Row row;
  for (const char* name : {"id", "uid", "userId", "eventTypeId", "title", "description", "location",
                           "createdAt", "updatedAt", "metadata"})
    row[name] = member_of(booking, name);
  row["idempotencyKey"] = world.random_uuid();
  row["startTime"] = booking.at("start");
  row["endTime"] = booking.at("end");
  row["customInputs"] = json::object{};
  row["responses"] = told_responses(world, booking, true, false);
  row["status"] = "ACCEPTED";
  for (const char* no : {"paid", "isRecorded", "noShowHost"}) row[no] = false;
  for (const char* none :
       {"destinationCalendarId", "cancellationReason", "rejectionReason", "reassignReason", "reassignById",
        "dynamicEventSlugRef", "dynamicGroupSlugRef", "rescheduled", "smsReminderNumber", "rating",
        "ratingFeedback", "oneTimePassword", "cancelledBy", "rescheduledBy"})
    row[none] = nullptr;
  row["fromReschedule"] = member_of(booking, "rescheduledFromUid");
  row["recurringEventId"] = member_of(booking, "recurringBookingUid");
  for (const char* none : {"scheduledJobs", "payment", "references"}) row[none] = json::array{};
  row["iCalUID"] = booking.at("icsUid");
  row["iCalSequence"] = booking.at("_sequence");
  row["creationSource"] = "API_V2";
  row["attendees"] = bookers(booking);
  if (const Row* user = world.users.find(number_of(booking, "userId"))) {
    row["userPrimaryEmail"] = user->at("email");
    json::object host;
    for (const char* name : {"email", "name", "timeZone", "username"}) host[name] = member_of(*user, name);
    row["user"] = std::move(host);
  }
  return row;
}

Row meeting_of_confirmation(World& world, const Row& booking) {
  Row row;
  for (const char* name : {"id", "uid", "title", "description", "location"})
    row[name] = member_of(booking, name);
  if (const Row* type = world.event_types.find(number_of(booking, "eventTypeId")))
    row["eventType"] = type_of_meeting(world, *type);
  row["startTime"] = booking.at("start");
  row["endTime"] = booking.at("end");
  row["responses"] = told_responses(world, booking, false, false);
  row["userFieldsResponses"] = told_responses(world, booking, false, true);
  row["metadata"] = json::object{{"videoCallUrl", ""}};
  row["cancellationReason"] = nullptr;
  row["smsReminderNumber"] = nullptr;
  row["attendees"] = stored_people(booking);
  row["customInputs"] = json::object{};
  return row;
}

// For the subscriptions that are there now: one that is made later hears only of later bookings.
void schedule_meetings(World& world, Row& booking, Row snapshot) {
  json::array jobs;
  for (const auto& [trigger, member] :
       {std::pair{"MEETING_STARTED", "start"}, std::pair{"MEETING_ENDED", "end"}})
    for (const auto& [id, hook] : world.webhooks.rows())
      for (const json::value& wanted : hook.at("triggers").as_array())
        if (wanted == json::value(trigger))
          jobs.push_back(json::object{{"trigger", trigger}, {"at", booking.at(member)}, {"webhookId", id}});
  booking["_jobs"] = std::move(jobs);
  booking["_meeting"] = std::move(snapshot);
  world.bookings.changed(number_of(booking, "id"));
}

void unschedule_meetings(Row& booking) {
  booking["_jobs"] = json::array{};
}

void due_meetings(World& world) {
  const std::string now = to_text(world.clock.wall());
  std::vector<std::pair<std::string, Notice>> due;
  for (const auto id : world.booking_index().due(now)) {
    Row& booking = *world.bookings.find(id);
    json::array later;
    for (const json::value& one : booking.at("_jobs").as_array()) {
      const auto& job = one.as_object();
      if (text_of(job, "at") > now)
        later.push_back(one);
      else
        due.emplace_back(text_of(job, "at"), notice_of(booking, job));
    }
    booking["_jobs"] = std::move(later);
    world.bookings.changed(id);
  }
  std::stable_sort(due.begin(), due.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [at, notice] : due) world.notices.push_back(std::move(notice));
}

}  // namespace calsync::sandbox
