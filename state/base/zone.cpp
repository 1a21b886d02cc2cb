#include "state/base/zone.hpp"

#include <date/tz.h>

namespace calsync {

Result<Zone> Zone::find(std::string_view name) {
  try {
    // The data base would take a name with ".." for a file, and none of its own has such characters.
    const bool plain = !name.empty() && name.find_first_not_of(
                                            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                            "0123456789/_-+") == std::string_view::npos;
    if (plain) return Zone(*date::locate_zone(std::string(name)));
  } catch (const std::exception&) {  // told below
  }
  return Error{Errc::not_found,
               "\"" + std::string(name) +
                   "\" is no time zone that this machine knows: use a name as Europe/London; "
                   "without the package tzdata there is none"};
}

std::string Zone::name() const {
  return zone_->name();
}

Instant Zone::start_of(std::chrono::year_month_day day) const {
  const date::local_days local{std::chrono::sys_days(day).time_since_epoch()};
  return std::chrono::time_point_cast<std::chrono::milliseconds>(
      zone_->to_sys(local, date::choose::earliest));
}

std::string Zone::local(Instant instant) const {
  const auto offset = zone_->get_info(instant).offset;
  std::string text = to_text(instant + offset).substr(0, 19);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(std::chrono::abs(offset)).count();
  const auto two = [](auto n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return text + (offset.count() < 0 ? '-' : '+') + two(minutes / 60) + ":" + two(minutes % 60);
}

Result<std::chrono::year_month_day> parse_day(std::string_view text) {
  const auto midnight = text.size() == 10 ? parse_instant(std::string(text) + "T00:00:00Z")
                                          : Result<Instant>(Error{Errc::rejected});
  if (midnight) return std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(*midnight));
  return Error{Errc::rejected, "\"" + std::string(text) + "\" is no day: write it as 2026-11-20"};
}

}  // namespace calsync
