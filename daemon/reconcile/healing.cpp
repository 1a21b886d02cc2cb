#include "daemon/reconcile/healing.hpp"

#include "config/plan/diff.hpp"

#include <algorithm>
#include <set>

namespace calsync {
namespace {

bool heals(const Policy& policy, const ResourceKind& kind) {
  const auto rule = policy.drift.find(kind.name);
  return rule != policy.drift.end() && rule->second == WhenDrifted::heal;
}

// It was made or adopted here, the files say the same as then, and it is gone.
bool was_deleted_by_hand(const Change& change, const Desired& desired, const Register& owned) {
  if (change.action != Action::create) return false;
  const auto known = owned.find(change.address);
  const auto wanted = desired.resources.find(change.address);
  if (known == owned.end() || wanted == desired.resources.end()) return false;
  const Resource then{.kind = change.kind, .address = change.address, .fields = known->second.applied};
  return diff(wanted->second, then, &known->second, desired.policy).empty();
}

bool is_of_live(const FieldChange& field) {
  return field.origin == ChangeOrigin::live;
}

}  // namespace

DaemonPlan split_drift(Plan plan, const Desired& desired, const Register& owned) {
  DaemonPlan out;
  std::set<std::string, std::less<>> left;
  for (Change& change : plan.changes) {
    const bool deleted = was_deleted_by_hand(change, desired, owned);
    const bool drifted = deleted || std::ranges::any_of(change.fields, is_of_live);
    const bool waits =
        std::ranges::any_of(change.needs, [&](const auto& need) { return left.contains(need); });
    if (drifted && !waits && heals(desired.policy, *change.kind)) {
      out.healed.push_back(change.address);
    } else if (drifted || waits) {
      Change rest = change;
      if (!deleted && !waits) {
        std::erase_if(rest.fields, [](const FieldChange& field) { return !is_of_live(field); });
        std::erase_if(change.fields, is_of_live);
      }
      out.reported.push_back(std::move(rest));
      if (deleted || waits || change.fields.empty()) {
        if (change.action == Action::create) left.insert(change.address);
        continue;
      }
    }
    out.plan.changes.push_back(std::move(change));
  }
  auto made = std::move(out.plan.changes);
  out.plan = std::move(plan);
  out.plan.changes = std::move(made);
  return out;
}

bool PingPong::healed(const std::string& address, Time now) {
  Quarrel& quarrel = by_address_[address];
  if (quarrel.times > 0 && now - quarrel.last > soon_) quarrel.times = 0;
  quarrel.last = now;
  return ++quarrel.times >= times_max;
}

}  // namespace calsync
