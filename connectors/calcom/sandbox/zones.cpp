#include "connectors/calcom/sandbox/zones.hpp"

#include <unicode/ucal.h>
#include <unicode/uenum.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <memory>

namespace calsync::sandbox {

namespace {

using namespace std::chrono;

struct Closes {
  void operator()(UCalendar* calendar) const { ucal_close(calendar); }
  void operator()(UEnumeration* names) const { uenum_close(names); }
};

// To open one costs more than all that is asked of it; a thread keeps its own.
UCalendar* calendar_of(std::string_view zone) {
  thread_local std::map<std::string, std::unique_ptr<UCalendar, Closes>, std::less<>> opened;
  if (const auto known = opened.find(zone); known != opened.end()) return known->second.get();
  const std::u16string name(zone.begin(), zone.end());
  UErrorCode error = U_ZERO_ERROR;
  UCalendar* calendar =
      ucal_open(name.data(), static_cast<std::int32_t>(name.size()), "en", UCAL_GREGORIAN, &error);
  return opened.emplace(zone, calendar).first->second.get();
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return c < 128 ? std::tolower(c) : c; });
  return out;
}

// Read once: every name that ICU knows, by its small letters. Its own three-letter names are no IANA ones.
const std::map<std::string, std::string>& names() {
  static const std::map<std::string, std::string> all = [] {
    std::map<std::string, std::string> read;
    UErrorCode error = U_ZERO_ERROR;
    const std::unique_ptr<UEnumeration, Closes> list(ucal_openTimeZones(&error));
    std::int32_t length = 0;
    while (const char* name = uenum_next(list.get(), &length, &error)) {
      const std::string text(name, static_cast<std::size_t>(length));
      if (text.find('/') != std::string::npos || text == "UTC" || text == "GMT")
        read.emplace(lowered(text), text);
    }
    return read;
  }();
  return all;
}

}  // namespace

std::optional<std::string> zone_name(std::string_view text) {
  const auto at = names().find(lowered(text));
  return at == names().end() ? std::nullopt : std::optional(at->second);
}

minutes offset_at(std::string_view zone, Instant instant) {
  UErrorCode error = U_ZERO_ERROR;
  UCalendar* calendar = calendar_of(zone);
  if (calendar == nullptr) return {};
  ucal_setMillis(calendar, static_cast<UDate>(instant.time_since_epoch().count()), &error);
  const auto zone_ms = ucal_get(calendar, UCAL_ZONE_OFFSET, &error);
  const auto summer_ms = ucal_get(calendar, UCAL_DST_OFFSET, &error);
  return U_FAILURE(error) ? minutes{} : duration_cast<minutes>(milliseconds{zone_ms + summer_ms});
}

Instant at_wall_time(std::string_view zone, sys_days day, minutes time) {
  const Instant as_utc{day + time};
  const Instant guess = as_utc - offset_at(zone, as_utc);
  return as_utc - offset_at(zone, guess);
}

std::string zoned_text(std::string_view zone, Instant instant) {
  const auto offset = offset_at(zone, instant);
  std::string text = to_text(instant + offset);
  const auto away = std::abs(offset.count());
  std::array<char, 16> suffix{};
  std::snprintf(suffix.data(), suffix.size(), "%c%02d:%02d", offset.count() < 0 ? '-' : '+',
                static_cast<int>(away / 60), static_cast<int>(away % 60));
  return text.replace(text.size() - 1, 1, suffix.data());
}

}  // namespace calsync::sandbox
