// Does somebody's calendar and video work? From the evidence of what their bookings told (connectors/calcom/wire/apps_status.hpp).
// Runs on: any thread. Blocks: on the disk. Fails: as reading the log does.
#pragma once
#include "connectors/calcom/wire/apps_status.hpp"
#include "state/base/time.hpp"
#include "state/store/event_log.hpp"

#include <map>

namespace calsync {

struct IntegrationsSeen {
  struct App {
    std::uint64_t worked = 0, failed = 0;  // deliveries
    Instant last{};
    bool last_worked = false;
    std::string last_error{};
  };
  std::uint64_t deliveries = 0;  // that told of it
  std::uint64_t without_calendar = 0;
  std::map<std::string, App> apps;              // by name
  void take(const AppsTold& told, Instant at);  // in the order of the log
};

// Of bookings that they organise, told since then; the newest thousand records about them.
Result<IntegrationsSeen> integrations_seen(const EventLog& log, const std::string& email, Instant since);

}  // namespace calsync
