// What a delivery about a booking tells of its organiser's calendar and video (CONTRACT §11.5 appsStatus): the only place where it can be
// seen, as the API shows an organisation's key nobody's apps but its owner's (CONTRACT §13). Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace calsync {

struct AppStatus {
  std::string app{}, type{};  // "google-calendar", "google_calendar"
  bool worked = false;        // none of its calls failed
  std::string error{};        // the first; "" where none was told
};

struct AppsTold {
  std::string organizer{};  // e-mail, in lower case
  std::vector<AppStatus> apps{};
  bool calendar = false;  // one is named, as destination or among the apps
};

// nullopt: the delivery tells nothing of it.
std::optional<AppsTold> apps_told(std::string_view body);

}  // namespace calsync
