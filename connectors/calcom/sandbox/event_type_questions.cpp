#include "connectors/calcom/sandbox/event_type_parts.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <array>
#include <set>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

struct DefaultQuestion {
  const char* slug;
  const char* shown;  // JSON
};

constexpr DefaultQuestion before[] = {
    {"name",
     R"({"isDefault":true,"type":"name","slug":"name","required":true,"label":"your_name","disableOnPrefill":false})"},
    {"email",
     R"({"isDefault":true,"type":"email","slug":"email","required":true,"disableOnPrefill":false,"hidden":false})"},
    {"location",
     R"({"isDefault":true,"type":"radioInput","slug":"location","required":false,"hidden":false})"},
};
constexpr DefaultQuestion after[] = {
    {"title",
     R"({"isDefault":true,"type":"text","slug":"title","required":true,"disableOnPrefill":false,"hidden":true})"},
    {"notes",
     R"({"isDefault":true,"type":"textarea","slug":"notes","required":false,"disableOnPrefill":false,"hidden":false})"},
    {"guests",
     R"({"isDefault":true,"type":"multiemail","slug":"guests","required":false,"disableOnPrefill":false,"hidden":false})"},
    {"rescheduleReason",
     R"({"isDefault":true,"type":"textarea","slug":"rescheduleReason","required":false,"disableOnPrefill":false,"hidden":false})"},
};

// Which question that every event type has is meant; "": one of its own.
std::string_view default_slug(const json::object& given) {
  const auto type = text_of(given, "type"), slug = text_of(given, "slug");
  if (type == "name" || type == "splitName") return "name";
  if (type == "email" && slug.empty()) return "email";
  for (const DefaultQuestion& one : before)
    if (slug == one.slug) return one.slug;
  for (const DefaultQuestion& one : after)
    if (slug == one.slug) return one.slug;
  return "";
}

json::object with_changes(const DefaultQuestion& question, const json::array& given) {
  json::object shown = json::parse(question.shown).as_object();
  for (const json::value& one : given)
    if (one.is_object() && default_slug(one.get_object()) == question.slug)
      for (const auto& [name, value] : one.get_object())
        if (name != "slug") shown[name] = value;
  return shown;
}

json::object own_question(const json::object& given) {
  json::object shown{{"isDefault", false}};
  for (const auto& [name, value] : given) shown[name] = value;
  shown.emplace("required", false);
  shown.emplace("disableOnPrefill", false);
  shown.emplace("hidden", false);
  return shown;
}

}  // namespace

json::array questions(const json::array& given, bool guests_hidden) {
  json::array all;
  for (const DefaultQuestion& one : before) all.push_back(with_changes(one, given));
  for (const json::value& one : given)
    if (one.is_object() && default_slug(one.get_object()).empty())
      all.push_back(own_question(one.get_object()));
  for (const DefaultQuestion& one : after) all.push_back(with_changes(one, given));
  if (guests_hidden) hide_guests(all, true);
  return all;
}

void hide_guests(json::array& questions, bool hidden) {
  for (json::value& one : questions)
    if (text_of(one.get_object(), "slug") == "guests") one.get_object()["hidden"] = hidden;
}

std::optional<Answer> known_slugs_of_questions(Write& write) {
  const auto* given = write.given.if_contains("bookingFields");
  if (given == nullptr || !given->is_array()) return std::nullopt;
  if (given->get_array().empty())
    return refused(400, "'bookingFields' must contain at least 1 booking field.");
  static const std::set<std::string_view> named_by_slug{"title", "notes", "guests", "rescheduleReason",
                                                        "location"};
  for (const json::value& one : given->get_array()) {
    const auto* question = one.if_object();
    if (question == nullptr) return refused(400, "Each booking field must be an object.");
    const auto type = text_of(*question, "type");
    if (type.empty() && !named_by_slug.contains(text_of(*question, "slug")))
      return refused(
          400,
          "All booking fields except ones with slug equal to title, notes, guests, rescheduleReason "
          "and location must have a 'type' property.");
    if (text_of(*question, "slug").empty() && type != "name" && type != "splitName" && type != "email")
      return refused(400,
                     "Each booking field except ones with type equal to name, splitName, email must have a "
                     "'slug' property.");
  }
  return std::nullopt;
}

}  // namespace calsync::sandbox
