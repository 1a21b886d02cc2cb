// A booking as a row of Cal.com's API shows it, as far as it is compared with what the log knows (DESIGN §12.3).
// Read on its own here, and not by the poller's code, so that the audit does not share its mistakes. Pure.
#pragma once
#include "state/base/error.hpp"
#include "state/base/time.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <vector>

namespace calsync::audit {

struct ApiBooking {
  std::string uid{}, status{}, title{}, location{}, rescheduled_from{};
  std::optional<Instant> start{}, end{};
  std::optional<Instant> changed{};      // updatedAt, else createdAt
  std::string organizer{};               // e-mail in lower case
  std::vector<std::string> attendees{};  // those with an e-mail, in lower case, sorted
};
// Fails: rejected, where it has no uid.
Result<ApiBooking> read_api_booking(const boost::json::object& row);

}  // namespace calsync::audit
