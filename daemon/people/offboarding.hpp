// Somebody leaves (DESIGN §12.10): hold → time off → each booking of the future reassigned → proved by reading → off the hosts →
// out of the organisation. The account and its history stay, unless its deletion is asked for.
// Owner:    a command.
// Runs on:  the caller's thread.
// Blocks:   as the API and the log do.
// Promises: the hold is in the log before the first call, each step when it is made (saga.hpp). Nobody is removed while one booking of the future is theirs. Each step looks before
//           it acts, so that a run after a kill -9, or after a person dealt with what was left, goes on from there. A reassign that
//           answered 500 is read back.
// Fails:    as the API and the log; not_found, conflict (a host row that is not taken).
#pragma once
#include "config/settings/settings.hpp"
#include "connectors/calcom/resources/perform.hpp"
#include "daemon/people/evidence.hpp"
#include "daemon/people/future_hosting.hpp"
#include "daemon/people/saga.hpp"
#include "daemon/reconcile/own_state.hpp"

#include <stop_token>

namespace calsync {

struct OffboardWish {
  std::string email;                          // in lower case
  std::string to_email, to_user_id{};         // both empty: the round robin chooses
  std::optional<std::size_t> account_with{};  // delete the account, which takes so many bookings with it
};

struct OffboardParts {
  CalcomApi& api;
  const Settings& settings;
  Clock& clock;
  LiveState& live;
  bool held;                                // already
  std::vector<boost::json::object> before;  // what earlier runs told (read_saga)
  Saga::Note note;
  std::function<void(const std::string& step)> tell;
  std::stop_token stop;
};

Result<Evidence> offboard(const OffboardParts& parts, const OffboardWish& wish);

}  // namespace calsync
