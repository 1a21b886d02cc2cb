// Time zones by their IANA names, from the machine's own data base (package tzdata).
// Blocks:   find(), on reading one file the first time.
// Fails:    not_found, where there is no such zone, or no data base.
#pragma once
#include "state/base/time.hpp"

namespace date {
class time_zone;
}

namespace calsync {

class Zone {
 public:
  static Result<Zone> find(std::string_view name);  // "Europe/London", "UTC"

  [[nodiscard]] std::string name() const;
  // The first instant of this day there. Where a clock is put forward at midnight the day begins later.
  [[nodiscard]] Instant start_of(std::chrono::year_month_day day) const;
  // "2026-11-20T09:30:00+01:00"
  [[nodiscard]] std::string local(Instant instant) const;

 private:
  explicit Zone(const date::time_zone& zone) : zone_(&zone) {}
  const date::time_zone* zone_;  // the data base's, which lives as long as the process
};

// "2026-11-20".  Fails: rejected, for anything else, or a day that there is not.
Result<std::chrono::year_month_day> parse_day(std::string_view text);

}  // namespace calsync
