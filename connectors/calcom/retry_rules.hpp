// When a call to the API is made again (CONTRACT §1, RELIABILITY §3.5). Pure.
// GET, PATCH, PUT and DELETE say what is to be, so that a second arrival does no harm. A POST may have worked
// although nobody heard its answer: never blind, its caller looks first. A 429 was refused before it was read:
// any call may be made again once the block is over.
#pragma once
#include "state/base/error.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace calsync {

struct CallOutcome {
  std::string_view method;
  int calls_made = 1;            // this one included, those that were answered with 429 not
  std::optional<Errc> failed{};  // there was no answer
  unsigned status = 0;           // of the answer
  std::optional<std::chrono::seconds> retry_after{};
};

inline constexpr int blocks_waited_out_max = 5;  // 429s in a row

// How long to wait before it is made again; nullopt: this outcome stands. `random` in [0, 1): full jitter.
// Of a 429 the wait is the budget's to say.
std::optional<std::chrono::milliseconds> wait_before_repeat(const CallOutcome& outcome, double random);

// "Retry-After: 12"; a date, or anything else, is none.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view header);

}  // namespace calsync
