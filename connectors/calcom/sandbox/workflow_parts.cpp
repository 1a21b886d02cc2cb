#include "connectors/calcom/sandbox/workflow_parts.hpp"

#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

const char* recipient_of(std::string_view action) {
  if (action == "email_attendee" || action == "sms_attendee" || action == "whatsapp_attendee")
    return "attendee";
  if (action == "email_address") return "email";
  return action == "email_host" ? "const" : "phone_number";
}

// What an id of a verified address or number reads back as; "" where there is none.
std::string verified_text(World& world, const json::object& step, const char* id, const char* member) {
  const Row* row = world.verified.find(number_of(step, id));
  return row == nullptr ? std::string() : std::string(text_of(*row, member));
}

// Template, recipient and `includeCalendarEvent` of the request are not stored.
json::object stored_step(World& world, const json::object& given, std::int64_t id) {
  json::object step{{"id", id}};
  step["stepNumber"] = given.contains("stepNumber") ? given.at("stepNumber") : json::value(1);
  step["action"] = member_of(given, "action");
  step["recipient"] = recipient_of(text_of(given, "action"));
  step["email"] = verified_text(world, given, "verifiedEmailId", "email");
  step["phone"] = verified_text(world, given, "verifiedPhoneId", "phoneNumber");
  step["template"] = "reminder";
  step["includeCalendarEvent"] = false;
  step["sender"] = text_of(given, "sender").empty() ? json::value("Default Sender") : given.at("sender");
  step["message"] = member_of(given, "message");
  return step;
}

std::int64_t next_step_id(World& world) {
  std::int64_t last = 0;
  for (const auto& [id, row] : world.workflows.rows()) last = std::max(last, number_of(row, "_lastStepId"));
  return last + 1;
}

void set_steps(Write& write) {
  const auto* steps = write.given.if_contains("steps");
  if (steps == nullptr) return;
  std::vector<json::object> stored;
  for (const json::value& one : steps->as_array()) {
    const auto known = number_of(one.as_object(), "id");
    const auto id = known != 0 ? known : next_step_id(write.world);
    stored.push_back(stored_step(write.world, one.get_object(), id));
    (*write.row)["_lastStepId"] = std::max(id, number_of(*write.row, "_lastStepId"));
  }
  std::stable_sort(stored.begin(), stored.end(), [](const json::object& a, const json::object& b) {
    return number_of(a, "stepNumber") < number_of(b, "stepNumber");
  });
  (*write.row)["steps"] = json::array(stored.begin(), stored.end());
}

// Event types that the team does not have are left out without a word.
void set_activation(Write& write) {
  const auto* activation = write.given.if_contains("activation");
  if (activation == nullptr || !activation->is_object()) return;
  Row& row = *write.row;
  row["_all"] = flag_of(activation->get_object(), "isActiveOnAllEventTypes");
  json::array known;
  const auto* ids = activation->get_object().if_contains("activeOnEventTypeIds");
  if (ids != nullptr && ids->is_array() && !flag_of(row, "_all")) {
    for (const json::value& id : ids->get_array()) {
      const Row* type = id.is_int64() ? write.world.event_types.find(id.get_int64()) : nullptr;
      if (type != nullptr && number_of(*type, "teamId") == number_of(row, "_teamId")) known.push_back(id);
    }
  }
  row["_eventTypeIds"] = std::move(known);
}

// Without a trigger in the request the offset is lost: it then reads as one hour.
void set_trigger(Write& write) {
  Row& row = *write.row;
  const auto* trigger = write.given.if_contains("trigger");
  const json::object nothing;
  const json::object& given = trigger != nullptr && trigger->is_object() ? trigger->get_object() : nothing;
  if (given.contains("type")) row["_type"] = given.at("type");
  row["_offset"] = member_of(given, "offset");
}

}  // namespace

std::optional<Answer> set_parts(Write& write) {
  set_steps(write);
  set_activation(write);
  set_trigger(write);
  return std::nullopt;
}

// The server makes an empty workflow first. One for an address or number that is not verified fails in the second step, and the
// husk stays.
std::optional<Answer> leave_husk(Write& write) {
  for (const json::value& one : write.given.at("steps").as_array()) {
    const auto action = text_of(one.as_object(), "action");
    const bool address = action == "email_address",
               number = action == "sms_number" || action == "whatsapp_number";
    if (!address && !number) continue;
    const Row* known = write.world.verified.find(
        number_of(one.as_object(), address ? "verifiedEmailId" : "verifiedPhoneId"));
    if (known != nullptr && number_of(*known, "teamId") == number_of(*write.row, "_teamId") &&
        known->contains(address ? "email" : "phoneNumber"))
      continue;
    (*write.row)["name"] = "";
    (*write.row)["steps"] = json::array{};
    return refused(400, address ? "Invalid Verified Email Id." : "Invalid Verified Phone Id.");
  }
  return std::nullopt;
}

}  // namespace calsync::sandbox
