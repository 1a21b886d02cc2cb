// Secrets that the organisation's files name by reference (a webhook's). Runs on: any thread. Blocks: as read_secret does.
#pragma once
#include "config/plan/plan.hpp"
#include "state/base/secret.hpp"

namespace calsync {

// Fails: rejected (no reference), as read_secret.
Result<Secret> secret_of(const std::string& reference);

// Before the first change: half an organisation is no place to learn that a variable is missing.
Result<void> secrets_are_there(const Desired& desired, const Plan& plan);

}  // namespace calsync
