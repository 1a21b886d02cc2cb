// CONTRACT §10, §15; RELIABILITY P25: a target receives attendees' personal data.
#include "config/desired/checks.hpp"
#include "config/resources/values.hpp"
#include "state/events/email.hpp"

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

std::string host_of(std::string_view address) {
  std::string_view rest = address.substr(address.find("//") + 2);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) rest.remove_prefix(at + 1);
  if (rest.starts_with('[')) return lower_ascii(rest.substr(0, rest.find(']') + 1));
  return lower_ascii(rest.substr(0, rest.find(':')));
}

void check_target(const Resource& resource, const Policy& policy, Reading& reading) {
  const std::string target = text_in(resource.fields, "subscriberUrl");
  if (target.find("//") == std::string::npos) return;  // told already
  const Place& place = place_in(resource, "/subscriberUrl");
  const std::string host = host_of(target);
  if (target.substr(0, target.find('?')).find('@') != std::string::npos)
    reading.error(place, "a name or password has no place in a web address");
  const bool local = host == "localhost" || host == "[::1]" || host.starts_with("127.");
  if (!target.starts_with("https://") && !local)
    reading.error(place, "a webhook carries personal data: its target is https");
  const auto& allowed = policy.allowed_hosts;
  if (!allowed.empty() &&
      std::ranges::none_of(allowed, [&](const std::string& one) { return matches(lower_ascii(one), host); }))
    reading.error(place, host + " is not among policy.allowedHosts");
}

}  // namespace

void check_webhook(const Resource& resource, const Policy& policy, Reading& reading) {
  check_target(resource, policy, reading);
  const json::array* triggers = list_in(resource.fields, "triggers");
  if (triggers == nullptr) return;
  for (std::size_t i = 0; i < triggers->size(); ++i) {
    const std::string pointer = "/triggers/" + std::to_string(i), name((*triggers)[i].get_string());
    if (name.ends_with("_CAL_VIDEO_NO_SHOW"))
      reading.warning(place_in(resource, pointer),
                      name +
                          " never fires for a webhook made through the API: it needs a time that "
                          "only the UI can set");
    if (std::find(triggers->begin(), triggers->begin() + static_cast<std::ptrdiff_t>(i), (*triggers)[i]) !=
        triggers->begin() + static_cast<std::ptrdiff_t>(i))
      reading.warning(place_in(resource, pointer), name + " is there twice");
  }
}

}  // namespace calsync
