// One repair of a subscription, told in the log as an apply tells its steps (config_fold.hpp): that it begins, before the call, and what a
// reading afterwards shows.
// Owner:    IntakeGuard.
// Runs on:  the guard's thread.
// Blocks:   as the API and the log do.
// Promises: nothing is called that the log does not know of. A repair that fails again and again for the same reason is told once.
// Fails:    as the API and the log; conflict: Cal.com says that it is done, and it is not.
#pragma once
#include "config/plan/plan.hpp"
#include "connectors/calcom/api.hpp"
#include "daemon/guard/repair.hpp"

#include <functional>
#include <map>

namespace calsync {

struct GuardedSource {
  std::string id;
  std::vector<Secret> secrets;  // those in force
};

class Mender {
 public:
  using Note = std::function<Result<void>(const std::string& record)>;  // durable when it returns

  // `list`: the path of the organisation's subscriptions.
  Mender(CalcomApi& api, std::string list, Note note)
      : api_(api), list_(std::move(list)), note_(std::move(note)) {}

  // Of the subscription to `url`; `rows` become what they are after it.
  Result<void> mend(const Repair& repair, const std::string& url, const GuardedSource& source, Rows& rows);
  // A look found nothing to mend: a failure that was told is over, and the same damage later is a new one.
  Result<void> needs_none(const std::string& url);

 private:
  struct Told {
    std::string what, why;
    Change change;
  };
  Result<void> make(const Repair& repair, const std::string& url, const GuardedSource& source, Rows& rows);

  CalcomApi& api_;
  const std::string list_;
  const Note note_;
  std::map<std::string, Told> failures_;  // by URL: the last one that was told, until it works
};

}  // namespace calsync
