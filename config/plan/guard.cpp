#include "config/plan/guard.hpp"

#include "config/resources/values.hpp"

#include <algorithm>
#include <cmath>

namespace calsync {
namespace {

class Guard {
 public:
  Guard(Plan& plan, const Desired& desired, const Resources& live, const PlanOptions& options)
      : plan_(plan), desired_(desired), live_(live), options_(options) {}

  void run() {
    if (is_empty_config()) return;
    for (const ResourceKind* kind : all_kinds()) removals_of(*kind);
    count();
    own_user();
  }

 private:
  void refuse(std::string what) { plan_.refused.push_back({"", std::move(what), true}); }

  // A folder that was named wrong, or a checkout without its files, must not read as "remove all".
  bool is_empty_config() {
    const bool anything = (options_.owned != nullptr && !options_.owned->empty()) || !live_.empty();
    if (!desired_.resources.empty() || !anything) return false;
    refuse("the configuration states nothing at all, but the organisation has things: name the right folder");
    return true;
  }

  // Of what is ours and live; what nobody declared is no part of it.
  [[nodiscard]] std::int64_t managed(const ResourceKind& kind) const {
    return std::ranges::count_if(live_, [&](const auto& one) {
      const bool known = options_.owned != nullptr ? options_.owned->contains(one.first)
                                                   : desired_.resources.contains(one.first);
      return one.second.kind == &kind && known;
    });
  }

  [[nodiscard]] std::int64_t limit(std::int64_t of) const {
    std::int64_t removals = options_.removals_max;
    double share = options_.removal_share_max;
    if (desired_.policy.limits.removals) removals = std::min(removals, *desired_.policy.limits.removals);
    if (desired_.policy.limits.removal_share) share = std::min(share, *desired_.policy.limits.removal_share);
    return std::max(removals, static_cast<std::int64_t>(std::floor(share * static_cast<double>(of))));
  }

  void removals_of(const ResourceKind& kind) {
    const auto wanted = std::ranges::count_if(
        plan_.changes, [&](const Change& c) { return c.kind == &kind && takes_away(c); });
    if (wanted == 0) return;
    const std::int64_t of = managed(kind);
    const std::int64_t allowed = options_.allow_removals.value_or(limit(of));
    const std::string name(kind.name);
    if (wanted > allowed)
      refuse("it takes away " + std::to_string(wanted) + " of kind " + name + ", at most " +
             std::to_string(allowed) + " are allowed: --allow-removals " + std::to_string(wanted) + " would");
    else if (wanted >= of && of > 1 && !options_.allow_removals)
      refuse("nothing of kind " + name + " would be left of " + std::to_string(of) + ": --allow-removals " +
             std::to_string(wanted) + " would allow it");
  }

  void count() {
    auto most = options_.changes_max ? options_.changes_max : desired_.policy.limits.changes;
    if (most && static_cast<std::int64_t>(plan_.changes.size()) > *most)
      refuse("it has " + std::to_string(plan_.changes.size()) + " changes, at most " + std::to_string(*most) +
             " are allowed: --max-changes " + std::to_string(plan_.changes.size()) + " would");
  }

  // Whose key this is must not lock itself out.
  void own_user() {
    if (options_.key_owner.empty()) return;
    for (const Change& change : plan_.changes) {
      const bool person = change.address == "user/" + options_.key_owner;
      const bool role = std::ranges::any_of(
          change.fields, [](const FieldChange& f) { return f.pointer == "/organizationRole"; });
      if (person && role)
        refuse("it changes the role of the API key's own person: do that by hand, with another key");
    }
  }

  Plan& plan_;
  const Desired& desired_;
  const Resources& live_;
  const PlanOptions& options_;
};

}  // namespace

void guard(Plan& plan, const Desired& desired, const Resources& live, const PlanOptions& options) {
  Guard(plan, desired, live, options).run();
}

}  // namespace calsync
