// CONTRACT §7 and §16: what Cal.com refuses, or takes and then has half of.
#include "config/desired/checks.hpp"
#include "config/desired/text_forms.hpp"
#include "config/resources/values.hpp"

#include <algorithm>
#include <set>

namespace calsync {
namespace json = boost::json;
namespace {

class EventTypeRules {
 public:
  EventTypeRules(const Resource& resource, Reading& reading)
      : resource_(resource), fields_(resource.fields), reading_(reading) {}

  void check() {
    owner();
    hosts();
    seats();
    lengths();
    window();
    confirmation();
    places();
    questions();
  }

 private:
  void error(std::string_view pointer, std::string what) {
    reading_.error(place_in(resource_, pointer), std::move(what));
  }

  void owner() {
    const bool team = fields_.contains("team"), user = fields_.contains("user");
    if (team && user) error("/user", "an event type has a `team` or a `user`, not both");
    if (team && text_in(fields_, "schedulingType").empty())
      error("", "an event type of a team says its `schedulingType`: roundRobin, collective or managed");
    if (user)
      for (const std::string_view name : {"schedulingType", "hosts", "assignAllTeamMembers"})
        if (fields_.contains(name))
          error("/" + std::string(name), "`" + std::string(name) + "` is for event types of a team");
  }

  void hosts() {
    const json::array* list = list_in(fields_, "hosts");
    if (list == nullptr) return;
    if (true_in(fields_, "assignAllTeamMembers"))
      error("/hosts",
            "either `hosts` or `assignAllTeamMembers: true`: with the latter every member is a host");
    const std::string type = text_in(fields_, "schedulingType");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const json::object& host = (*list)[i].get_object();
      const std::string pointer = "/hosts/" + std::to_string(i);
      if (!seen.insert(text_in(host, "user")).second)
        error(pointer, text_in(host, "user") + " is a host twice");
      for (const std::string_view name : {"mandatory", "priority"})
        if (host.contains(name) && type != "roundRobin")
          error(pointer + "/" + std::string(name),
                "`" + std::string(name) + "` is for roundRobin only: Cal.com forgets it otherwise");
    }
  }

  void seats() {
    for (const auto& conflict : seat_conflicts(fields_)) error("/seats", conflict);
  }

  void lengths() {
    const json::array* options = list_in(fields_, "lengthInMinutesOptions");
    const auto length = number_in(fields_, "lengthInMinutes");
    if (options == nullptr || options->empty() || !length) return;
    const bool there = std::ranges::any_of(
        *options, [&](const json::value& one) { return one.is_int64() && one.get_int64() == *length; });
    if (!there)
      error("/lengthInMinutesOptions",
            "the options hold `lengthInMinutes` (" + std::to_string(*length) + "), too");
  }

  void window() {
    const json::object* window = switched_on(fields_, "bookingWindow");
    if (window == nullptr) return;
    if (text_in(*window, "type") != "range") {
      if (number_in(*window, "value").value_or(0) < 1)
        error("/bookingWindow/value",
              "`value` is a number of days, at least 1; two dates are for `type: range`");
      return;
    }
    const json::array* dates = list_in(*window, "value");
    const bool two =
        dates != nullptr && dates->size() == 2 && (*dates)[0].is_string() && (*dates)[1].is_string();
    const auto from = two ? day_of((*dates)[0].get_string()) : std::nullopt;
    const auto to = two ? day_of((*dates)[1].get_string()) : std::nullopt;
    if (!from || !to)
      error("/bookingWindow/value", R"(`value` of a range is two dates: ["2026-12-01", "2026-12-31"])");
    else if (*to < *from)
      error("/bookingWindow/value", "the range ends before it starts");
  }

  void confirmation() {
    const json::object* policy = switched_on(fields_, "confirmationPolicy");
    if (policy != nullptr && text_in(*policy, "type") == "time" &&
        object_in(*policy, "noticeThreshold") == nullptr)
      error("/confirmationPolicy", "`type: time` needs `noticeThreshold: {unit: hours, count: 24}`");
  }

  void places() {
    static const std::map<std::string, std::string, std::less<>> needs{
        {"address", "address"}, {"link", "link"}, {"phone", "phone"}, {"integration", "integration"}};
    const json::array* list = list_in(fields_, "locations");
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const json::object& place = (*list)[i].get_object();
      const auto need = needs.find(text_in(place, "type"));
      if (need != needs.end() && text_in(place, need->second).empty())
        error("/locations/" + std::to_string(i),
              "a location of type " + need->first + " has `" + need->second + "`");
    }
  }

  // Of the questions that every event type has, two are named by `type`, the others by `slug` alone.
  static std::string default_name(const json::object& question) {
    static const std::set<std::string_view> slugs{"title", "location", "notes", "guests", "rescheduleReason"};
    std::string type = text_in(question, "type"), slug = text_in(question, "slug");
    if (type == "name" || type == "email") return type;
    return type.empty() && slugs.contains(slug) ? slug : std::string();
  }

  void questions() {
    const json::array* list = list_in(fields_, "bookingFields");
    if (list == nullptr) return;
    std::set<std::string> seen;
    bool reachable = true, phone = false;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const json::object& question = (*list)[i].get_object();
      const std::string pointer = "/bookingFields/" + std::to_string(i), name = default_name(question);
      if (name == "email")
        reachable =
            !true_in(question, "hidden") && (!question.contains("required") || true_in(question, "required"));
      const std::string type = text_in(question, "type");
      phone = phone || (type == "phone" && true_in(question, "required") && !true_in(question, "hidden"));
      if (name.empty())
        custom_question(question, pointer, type, seen);
      else
        default_question(question, pointer, name, seen);
    }
    if (!reachable && !phone)
      error("/bookingFields",
            "one question for e-mail or phone must be required and visible, or Cal.com answers 400");
  }

  void default_question(const json::object& question, const std::string& pointer, const std::string& name,
                        std::set<std::string>& seen) {
    if (!seen.insert("(" + name + ")").second) error(pointer, "the question `" + name + "` is there twice");
    if ((name == "name" || name == "email") &&
        (!question.contains("label") || !question.contains("placeholder")))
      error(pointer, "the question `" + name + "` has `label` and `placeholder`, or Cal.com answers 400");
  }

  void custom_question(const json::object& question, const std::string& pointer, const std::string& type,
                       std::set<std::string>& seen) {
    static const std::set<std::string_view> choices{"select", "multiselect", "checkbox", "radio"};
    const std::string slug = text_in(question, "slug");
    if (type.empty())
      error(pointer,
            "a question has a `type`; without one its `slug` is title, location, notes, guests or "
            "rescheduleReason");
    else if (slug.empty() || text_in(question, "label").empty())
      error(pointer, "a question of type " + type +
                         " has `slug` (the name of its answer) and `label` (what clients read)");
    else if (!seen.insert(slug).second)
      error(pointer, "two questions have the slug " + slug);
    const json::array* options = list_in(question, "options");
    if (choices.contains(type) && (options == nullptr || options->empty()))
      error(pointer, "a " + type + " has `options`");
    if (type == "number" && true_in(question, "required"))
      reading_.warning(place_in(resource_, pointer),
                       "a required number cannot be booked through the API, only on the page");
  }

  const Resource& resource_;
  const json::object& fields_;
  Reading& reading_;
};

}  // namespace

std::vector<std::string> seat_conflicts(const json::object& fields) {
  std::vector<std::string> out;
  if (switched_on(fields, "seats") == nullptr) return out;
  if (switched_on(fields, "confirmationPolicy") != nullptr)
    out.emplace_back(
        "seats and a confirmation policy exclude each other (Cal.com: \"Seats Validation failed\")");
  if (const auto* list = list_in(fields, "locations"); list != nullptr && list->size() > 1)
    out.emplace_back("seats allow one location only (Cal.com: \"Seats Validation failed\")");
  if (switched_on(fields, "recurrence") != nullptr)
    out.emplace_back(
        "seats and recurrence exclude each other: Cal.com answers 400, and keeps the event type half made");
  return out;
}

void check_event_type(const Resource& resource, Reading& reading) {
  EventTypeRules(resource, reading).check();
}

}  // namespace calsync
