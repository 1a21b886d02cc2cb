// Cal.com's webhook bodies in, our words out: the only code that knows their shapes (CONTRACT §11, §16).
// Runs on:  any thread; pure.
// Blocks:   never.
// Promises: never throws for any bytes and uses memory linear in them; no secret of the body (bearer link,
//           password, one-time password) is in the result.
// Fails:    what cannot be understood is an `Unreadable` with a reason that holds no piece of the body.
#pragma once
#include "state/events/observation.hpp"

#include <string_view>

namespace calsync {

// `content_type` as sent. It decides nothing (Cal.com sends JSON as a form and the reverse): it sharpens why
// something was unreadable.
Observation read_delivery(std::string_view body, std::string_view content_type);

}  // namespace calsync
