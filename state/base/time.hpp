// Instants are UTC milliseconds. Wall time is for stamps and validity only; order and timers use the steady
// clock (DESIGN §12.14). Pure but for SystemClock.
#pragma once
#include "state/base/error.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace calsync {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

// "2026-11-20T09:30:00.000Z": always UTC, always milliseconds (DESIGN §8).
std::string to_text(Instant instant);

// ISO 8601 as Cal.com sends it: Z or any offset, with or without seconds' fraction (any digits; cut to ms).
// Fails: rejected, for anything else, or a date that does not exist.
Result<Instant> parse_instant(std::string_view text);

// The YYYY-MM-DD in front of any such form, not converted (out-of-office days, CONTRACT §11.6).
Result<std::string> parse_date_part(std::string_view text);

// "2m", "15m", "24h", "35d", "500ms", "10s".  Fails: rejected.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);
std::string to_text(std::chrono::milliseconds duration);  // the shortest of those forms

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant wall() = 0;
  virtual std::chrono::steady_clock::time_point steady() = 0;
};

class SystemClock final : public Clock {
 public:
  Instant wall() override;
  std::chrono::steady_clock::time_point steady() override;
};

}  // namespace calsync
