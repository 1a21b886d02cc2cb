// Does a schedule cover a time? Its hours by weekday, in its own zone; a day with overrides has those instead. Pure.
#pragma once
#include "state/base/time.hpp"

#include <boost/json/object.hpp>

#include <functional>
#include <optional>

namespace calsync {

using LocalTime = std::function<std::optional<std::string>(Instant, std::string_view zone)>;

// `schedule`: a schedule's fields; without `availability` Monday to Friday 09:00 to 17:00 (CONTRACT §6).
// A zone that nobody knows: open, so that nothing is said that is not known.
bool is_open_then(const boost::json::object& schedule, Instant from, Instant to, const LocalTime& local_time);

}  // namespace calsync
