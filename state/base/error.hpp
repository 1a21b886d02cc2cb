// An error says what to do next (code), what happened (what) and where (trail).
// For a person; never holds a secret, a raw body or anybody's personal data.
#pragma once
#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace calsync {

enum class Errc {
  not_found,
  rejected,  // the input is wrong; the same call will fail again
  rate_limited,
  unauthorised,
  timeout,
  conflict,     // somebody else holds it, or it has moved
  unavailable,  // the other side is away or full: try again later
  corrupt,      // what is on disk is not what was written: stop and restore
  foreign,      // not ours, or of another version: stop
  disk_full,
  io,
  cancelled,
};

struct Error {
  Errc code{};
  std::string what{};
  std::string trail{};                                // "open log > read meta"
  std::optional<std::chrono::seconds> retry_after{};  // set where the other side named a time

  [[nodiscard]] Error within(std::string step) && {
    trail = trail.empty() ? std::move(step) : std::move(step) + " > " + trail;
    return std::move(*this);
  }
  [[nodiscard]] std::string text() const;  // "what (trail)", one line
};

template <class T>
using Result = boost::system::result<T, Error>;

[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);
const char* to_text(Errc code);

#define CALSYNC_TRY(var, step, expr)                              \
  auto var##_or = (expr);                                         \
  if (!var##_or) return std::move(var##_or).error().within(step); \
  auto var = *std::move(var##_or)  // NOLINT(bugprone-macro-parentheses): a name
// For Result<void>: return the error, or go on.
#define CALSYNC_CHECK(step, expr)                                       \
  do {                                                                  \
    auto checked_or = (expr);                                           \
    if (!checked_or) return std::move(checked_or).error().within(step); \
  } while (false)

}  // namespace calsync
