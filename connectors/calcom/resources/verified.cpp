// Addresses and numbers that a team has proved to be its own: workflows send to them by id, and read back the text.
#include "config/resources/values.hpp"
#include "connectors/calcom/paging.hpp"
#include "connectors/calcom/resources/perform.hpp"
#include "state/events/email.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

struct Proved {
  std::string_view field, list, value, id;  // of a step in files; its path; of a row; of a step as it is sent
  const char* what;
};
constexpr Proved proved[] = {{"email", "emails", "email", "verifiedEmailId", "address"},
                             {"phone", "phones", "phoneNumber", "verifiedPhoneId", "number"}};

json::array* steps_of(json::object& body) {
  json::value* steps = body.if_contains("steps");
  return steps != nullptr && steps->is_array() ? &steps->get_array() : nullptr;
}

bool any_has(const json::array& steps, std::string_view field) {
  for (const json::value& step : steps)
    if (step.is_object() && !text_in(step.get_object(), field).empty()) return true;
  return false;
}

}  // namespace

Result<void> Performer::name_verified(const Resource& workflow, json::object& body) {
  json::array* steps = steps_of(body);
  if (steps == nullptr) return {};
  for (const Proved& one : proved) {
    if (!any_has(*steps, one.field)) continue;
    CALSYNC_TRY(target, "path",
                path("/v2/organizations/{organization}/teams/{team}/verified-resources/", workflow, ""));
    CALSYNC_TRY(rows, "verified " + std::string(one.list),
                list_once(api_, target + std::string(one.list), use_));
    std::map<std::string, json::value> ids;
    for (const auto& [_, row] : rows) ids[lower_ascii(text_in(row, one.value))] = row.at("id");
    for (json::value& step : *steps) {
      if (!step.is_object()) continue;
      const std::string wanted = text_in(step.get_object(), one.field);
      step.get_object().erase(one.field);
      if (wanted.empty()) continue;
      const auto known = ids.find(lower_ascii(wanted));
      if (known == ids.end())
        return Error{Errc::rejected,
                     workflow.address + ": the " + one.what + " of a step is not verified by team " +
                         text_in(workflow.fields, "team") +
                         ": verify it in Cal.com's UI (workflows of the team), then apply again"};
      step.get_object()[one.id] = known->second;
    }
  }
  return {};
}

}  // namespace calsync
