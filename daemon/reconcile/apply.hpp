// A plan, carried out change by change (DESIGN §4, RELIABILITY P15–P17): each is looked at before, read back after, and noted in
// the register before the next one begins; what depends on one that failed is left out, the rest goes on.
// Owner:    a command; later the reconciler.
// Runs on:  the caller's thread.
// Blocks:   as the API does.
// Promises: a stop request ends it between two changes; what was done stays noted, so that the next run goes on from there.
#pragma once
#include "connectors/calcom/resources/perform.hpp"

#include <functional>
#include <stop_token>

namespace calsync {

struct ApplyResult {
  std::vector<std::string> done;
  std::vector<std::pair<std::string, std::string>> failed;   // address, why
  std::vector<std::pair<std::string, std::string>> skipped;  // address, what it waits for
  std::vector<NotTaken> not_taken;
  bool stopped = false;
  [[nodiscard]] bool whole() const {
    return failed.empty() && skipped.empty() && not_taken.empty() && !stopped;
  }
};

struct ApplyParts {
  Performer& performer;
  std::function<Result<void>(const std::string& record)> note;  // durable when it returns
  std::function<void(std::size_t done, std::size_t of, const Change& next)> progress;
  std::string commit;
  const Register* before = nullptr;  // what was ours when the plan was made
  std::stop_token stop;
};

// Fails: as `note` does; a change that the log does not know of is not followed by another one.
Result<ApplyResult> apply_plan(const Plan& plan, const Desired& desired, const LiveState& live,
                               const ApplyParts& parts);

}  // namespace calsync
