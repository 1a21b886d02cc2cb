// CONTRACT §8.
#include "config/desired/checks.hpp"
#include "config/resources/values.hpp"

#include <set>

namespace calsync {
namespace json = boost::json;
namespace {

void check_trigger(const Resource& resource, Reading& reading) {
  static const std::set<std::string_view> timed{"beforeEvent", "afterEvent", "afterHostsCalVideoNoShow",
                                                "afterGuestsCalVideoNoShow"};
  const json::object* trigger = object_in(resource.fields, "trigger");
  if (trigger == nullptr) return;
  const std::string type = text_in(*trigger, "type");
  const bool offset = object_in(*trigger, "offset") != nullptr;
  if (timed.contains(type) && !offset)
    reading.error(place_in(resource, "/trigger"),
                  "the trigger " + type + " has `offset: {value: 24, unit: hour}`");
  if (!timed.contains(type) && offset)
    reading.error(place_in(resource, "/trigger/offset"),
                  "the trigger " + type + " acts at once: it takes no `offset`");
}

void check_activation(const Resource& resource, Reading& reading) {
  const json::object* activation = object_in(resource.fields, "activation");
  if (activation == nullptr) return;
  const json::array* event_types = list_in(*activation, "eventTypes");
  const bool some = event_types != nullptr && !event_types->empty(),
             all = true_in(*activation, "isActiveOnAllEventTypes");
  if (some == all)
    reading.error(place_in(resource, "/activation"),
                  "either `eventTypes: [slug, …]` or `isActiveOnAllEventTypes: true`");
}

void check_step(const Resource& resource, const json::object& step, const std::string& pointer,
                Reading& reading) {
  const std::string action = text_in(step, "action");
  const bool e_mail = action.starts_with("email");
  const json::object* message = object_in(step, "message");
  if (message != nullptr && text_in(*message, e_mail ? "html" : "text").empty())
    reading.error(place_in(resource, pointer + "/message"),
                  "the message of " + action + " has `" + (e_mail ? "html" : "text") + "`");
  if (action == "email_address" && text_in(step, "email").empty())
    reading.error(place_in(resource, pointer),
                  "email_address has `email`: an address that the team has verified");
  if ((action == "sms_number" || action == "whatsapp_number") && text_in(step, "phone").empty())
    reading.error(place_in(resource, pointer), action + " has `phone`: a number that the team has verified");
}

}  // namespace

void check_workflow(const Resource& resource, Reading& reading) {
  check_trigger(resource, reading);
  check_activation(resource, reading);
  const json::array* steps = list_in(resource.fields, "steps");
  if (steps == nullptr) return;
  std::set<std::int64_t> seen;
  for (std::size_t i = 0; i < steps->size(); ++i) {
    const json::object& step = (*steps)[i].get_object();
    const std::string pointer = "/steps/" + std::to_string(i);
    const auto number = number_in(step, "stepNumber");
    if (number && !seen.insert(*number).second)
      reading.error(place_in(resource, pointer), "two steps have the number " + std::to_string(*number));
    check_step(resource, step, pointer, reading);
  }
}

}  // namespace calsync
