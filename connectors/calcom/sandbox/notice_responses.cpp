// `responses` and `userFieldsResponses`: every question that the event type asks now, answered or not.
#include "connectors/calcom/sandbox/notices.hpp"
#include "connectors/calcom/sandbox/row.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

std::string label_of(const json::object& question) {
  const auto slug = text_of(question, "slug");
  if (!flag_of(question, "isDefault")) return text_or(question, "label", slug);
  struct Label {
    std::string_view slug, label;
  };
  constexpr Label labels[] = {{"name", "your_name"},
                              {"email", "email_address"},
                              {"location", "location"},
                              {"title", "what_is_this_meeting_about"},
                              {"notes", "additional_notes"},
                              {"guests", "additional_guests"},
                              {"rescheduleReason", "reason_for_reschedule"}};
  for (const Label& one : labels)
    if (one.slug == slug) return std::string(one.label);
  return std::string(slug);
}

// Why it was rescheduled is stored under another name than the question has: only a notice made with the booking knows it.
const json::value* answer_to(const Row& booking, std::string_view slug, bool new_booking) {
  const auto& given = booking.at("bookingFieldsResponses").as_object();
  if (slug == "rescheduleReason" && new_booking) slug = "rescheduledReason";
  return given.if_contains(slug);
}

}  // namespace

json::object told_responses(World& world, const Row& booking, bool new_booking, bool own_only) {
  json::object told;
  const Row* type = world.event_types.find(number_of(booking, "eventTypeId"));
  if (type == nullptr) return told;
  if (new_booking && !own_only) {
    json::object phone{{"label", "phone_number"}, {"isHidden", true}};
    if (const auto* value = answer_to(booking, "attendeePhoneNumber", true)) phone["value"] = *value;
    told["attendeePhoneNumber"] = std::move(phone);
  }
  for (const json::value& one : type->at("bookingFields").as_array()) {
    const auto& question = one.as_object();
    const std::string slug(text_of(question, "slug"));
    if (own_only && flag_of(question, "isDefault")) continue;
    json::object entry{{"label", label_of(question)}};
    if (slug == "location" && new_booking)
      entry["value"] = json::object{{"value", booking.at("location")}, {"optionValue", ""}};
    else if (const auto* value = answer_to(booking, slug, new_booking))
      entry["value"] = *value;
    entry["isHidden"] = flag_of(question, "hidden");
    told[slug] = std::move(entry);
  }
  return told;
}

}  // namespace calsync::sandbox
