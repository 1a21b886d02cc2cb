// One resource: what Git wants against what is live and what was last applied. Pure.
#pragma once
#include "config/plan/plan.hpp"

namespace calsync {

struct ResourceDiff {
  std::vector<FieldChange> fields;       // what a request can change
  std::vector<ManualStep> manual_steps;  // what only a person can
  std::vector<NotTaken> not_taken;
  bool empty() const { return fields.empty(); }
};

// `owned` and `policy` decide origins and what is passed over. `live` may be under the address that it had before.
ResourceDiff diff(const Resource& desired, const Resource& live, const Owned* owned, const Policy& policy);

// All that a creation sends, and what cannot be sent.
ResourceDiff diff_of_new(const Resource& desired);

bool is_ignored(const Policy& policy, std::string_view address, std::string_view pointer);
bool is_protected(const Policy& policy, std::string_view address);

}  // namespace calsync
