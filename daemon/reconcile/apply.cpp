#include "daemon/reconcile/apply.hpp"

#include "daemon/reconcile/change_records.hpp"
#include "daemon/reconcile/read_register.hpp"

#include <algorithm>

namespace calsync {
namespace {

class Apply {
 public:
  Apply(const Plan& plan, const Desired& desired, const LiveState& live, const ApplyParts& parts)
      : plan_(plan), desired_(desired), live_(live), parts_(parts) {}

  Result<ApplyResult> run() {
    CALSYNC_CHECK("adopt", adopt());
    for (std::size_t i = 0; i < plan_.changes.size(); ++i) {
      if (parts_.stop.stop_requested()) {
        result_.stopped = true;
        break;
      }
      parts_.progress(i, plan_.changes.size(), plan_.changes[i]);
      CALSYNC_CHECK("note what was applied", one(plan_.changes[i]));
    }
    return std::move(result_);
  }

 private:
  // There, declared, no difference: ours from now on.
  Result<void> adopt() {
    for (const auto& address : plan_.adopted) {
      const auto live = live_.resources.find(address);
      const auto wanted = desired_.resources.find(address);
      if (live == live_.resources.end() || wanted == desired_.resources.end()) continue;
      CALSYNC_CHECK(address, parts_.note(adopted_record(
                                 address, {live->second.id, wanted->second.fields, parts_.commit, {}})));
    }
    return {};
  }

  [[nodiscard]] std::string waits_for(const Change& change) const {
    for (const auto& need : change.needs)
      if (broken_.contains(need)) return need;
    return {};
  }

  Result<void> one(const Change& change) {
    if (const auto need = waits_for(change); !need.empty()) {
      broken_.insert(change.address);
      result_.skipped.emplace_back(change.address, need);
      return {};
    }
    CALSYNC_CHECK(change.address, parts_.note(started_record(change, parts_.commit)));
    auto performed = parts_.performer.perform(change);
    if (!performed) {
      const std::string why = performed.error().what;
      broken_.insert(change.address);
      result_.failed.emplace_back(change.address, why);
      return parts_.note(failed_record(change, parts_.commit, why));
    }
    result_.done.push_back(change.address);
    std::ranges::copy(performed->not_taken, std::back_inserter(result_.not_taken));
    if (!change.renamed_from.empty())
      CALSYNC_CHECK("rename", parts_.note(forgotten_record(change.renamed_from)));
    return parts_.note(done_record(change, ours_now(change, *std::move(performed))));
  }

  [[nodiscard]] const Owned* before(const Change& change) const {
    if (parts_.before == nullptr) return nullptr;
    const auto at = parts_.before->find(change.renamed_from.empty() ? change.address : change.renamed_from);
    return at == parts_.before->end() ? nullptr : &at->second;
  }

  // What was left as it is live was not applied now: it stays as it was last applied, or as Cal.com was seen not to keep it.
  [[nodiscard]] Owned ours_now(const Change& change, Performed performed) const {
    Owned out{performed.id, std::move(performed.applied), parts_.commit, std::move(performed.not_taken)};
    const Owned* known = before(change);
    for (NotTaken& one : performed.left) {
      const std::string name = one.pointer.substr(1, one.pointer.find('/', 1) - 1);
      const bool refused =
          known != nullptr && std::ranges::any_of(known->not_taken, [&](const NotTaken& then) {
            return then.pointer == one.pointer && then.wanted == one.wanted;
          });
      if (refused)
        out.not_taken.push_back(std::move(one));
      else if (known != nullptr && known->applied.contains(name))
        out.applied[name] = known->applied.at(name);
      else
        out.applied.erase(name);
    }
    return out;
  }

  const Plan& plan_;
  const Desired& desired_;
  const LiveState& live_;
  const ApplyParts& parts_;
  std::set<std::string, std::less<>> broken_;
  ApplyResult result_;
};

}  // namespace

Result<ApplyResult> apply_plan(const Plan& plan, const Desired& desired, const LiveState& live,
                               const ApplyParts& parts) {
  return Apply(plan, desired, live, parts).run();
}

}  // namespace calsync
