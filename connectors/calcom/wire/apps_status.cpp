#include "connectors/calcom/wire/apps_status.hpp"

#include "connectors/calcom/wire/fields.hpp"
#include "connectors/calcom/wire/json_document.hpp"
#include "connectors/calcom/wire/redact.hpp"
#include "state/base/utf8.hpp"
#include "state/events/email.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

constexpr std::size_t longest_error = 200, most_apps = 50;

bool is_positive(const Fields& fields, std::string_view name) {
  const json::value* value = fields.find(name);
  return value != nullptr && value->is_number() && value->to_number<double>() > 0;
}

// At most so many bytes, and no half character at the end.
std::string beginning(std::string_view text, std::size_t most) {
  std::size_t end = 0;
  while (end < text.size()) {
    const std::size_t size = std::max<std::size_t>(utf8_character_size(text.substr(end)), 1);
    if (end + size > most) break;
    end += size;
  }
  return std::string(text.substr(0, end));
}

std::string first_error(const Fields& app) {
  const json::array* errors = app.array("errors");
  if (errors == nullptr || errors->empty() || !errors->front().is_string()) return {};
  return beginning(without_secrets(errors->front().get_string()), longest_error);
}

AppStatus status_of(const Fields& app) {
  AppStatus out{.app = app.name("appName").value_or(""), .type = app.name("type").value_or("")};
  if (out.app.empty()) out.app = out.type;
  out.worked = is_positive(app, "success") && !is_positive(app, "failures");
  out.error = first_error(app);
  return out;
}

}  // namespace

std::optional<AppsTold> apps_told(std::string_view body) {
  const JsonDocument document(body);
  std::vector<std::string> warnings;
  if (document.object() == nullptr) return std::nullopt;
  const auto payload = Fields(*document.object(), warnings).object("payload");
  const auto organizer = payload ? payload->object("organizer") : std::nullopt;
  const auto email = organizer ? organizer->text("email") : std::nullopt;
  const json::array* apps = payload ? payload->array("appsStatus") : nullptr;
  if (!email || apps == nullptr) return std::nullopt;
  AppsTold out{.organizer = lower_ascii(*email)};
  const json::array* destination = payload->array("destinationCalendar");
  out.calendar = destination != nullptr && !destination->empty();
  for (const json::value& one : *apps) {
    const auto app = payload->as_object(one);
    if (!app || out.apps.size() == most_apps) continue;
    AppStatus status = status_of(*app);
    out.calendar = out.calendar || status.type.ends_with("_calendar");
    if (!status.app.empty()) out.apps.push_back(std::move(status));
  }
  return out;
}

}  // namespace calsync
