#include "config/desired/checks.hpp"
#include "config/plan/diff.hpp"
#include "config/plan/guard.hpp"
#include "config/plan/hashes.hpp"
#include "config/plan/impact.hpp"
#include "config/plan/order.hpp"
#include "config/resources/values.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace {

class Planner {
 public:
  Planner(const Desired& desired, const Resources& live, const PlanOptions& options)
      : desired_(desired), live_(live), options_(options) {}

  Plan run() {
    for (const auto& [address, resource] : desired_.resources) plan_wanted(resource);
    for (const auto& [address, resource] : live_) plan_undeclared(resource);
    for (Change& change : plan_.changes) change.impact = impact_of(change);
    put_in_order(plan_, desired_, live_);
    guard(plan_, desired_, live_, options_);
    plan_.commit = options_.commit;
    plan_.dirty = options_.dirty;
    plan_.only_kind = options_.only_kind;
    plan_.only_address = options_.only_address;
    plan_.config_hash = hash_of(desired_.resources);
    plan_.live_hash = live_hash_of(plan_, live_);
    plan_.estimated_seconds = estimate();
    return std::move(plan_);
  }

 private:
  [[nodiscard]] const Resource* find_live(const std::string& address) const {
    const auto at = live_.find(address);
    return at == live_.end() ? nullptr : &at->second;
  }
  [[nodiscard]] const Resource* live_at(const Change& change) const {
    return find_live(change.renamed_from.empty() ? change.address : change.renamed_from);
  }
  [[nodiscard]] std::optional<Impact> impact_of(const Change& change) const {
    if (!may_touch_bookings(change)) return Impact{};
    return options_.impact ? options_.impact(change, live_at(change)) : std::nullopt;
  }
  [[nodiscard]] const Owned* owned(const std::string& address) const {
    if (options_.owned == nullptr) return nullptr;
    const auto at = options_.owned->find(address);
    return at == options_.owned->end() ? nullptr : &at->second;
  }

  [[nodiscard]] bool is_selected(const Resource& resource) const {
    return (options_.only_kind.empty() || resource.kind->name == options_.only_kind) &&
           (options_.only_address.empty() || matches(options_.only_address, resource.address));
  }
  // Files never touch the daemon's own subscription (DESIGN §12.9).
  [[nodiscard]] bool is_own_subscription(const Resource& resource) const {
    return resource.kind->name == "webhook" &&
           std::ranges::find(options_.own_subscriptions, text_in(resource.fields, "subscriberUrl")) !=
               options_.own_subscriptions.end();
  }
  [[nodiscard]] bool is_held(const Resource& resource) const {
    if (std::ranges::any_of(options_.suspended,
                            [&](const std::string& pattern) { return matches(pattern, resource.address); }))
      return true;
    for (const std::string_view name : {"email", "user"})
      if (options_.held.contains(text_in(resource.fields, name))) return true;
    return false;
  }

  // Held, protected, unselected or the guard's: said where it is news, and passed over.
  bool is_passed_over(const Resource& resource) {
    if (!is_selected(resource) || is_own_subscription(resource)) return true;
    if (is_ignored(desired_.policy, resource.address, "")) return true;
    if (options_.ambiguous.contains(resource.address)) {
      plan_.refused.push_back({resource.address,
                               "Cal.com has more than one of that name: rename or remove one in the UI",
                               false});
      return true;
    }
    if (!is_held(resource)) return false;
    plan_.held.push_back(resource.address);
    return true;
  }

  void plan_wanted(const Resource& wanted) {
    if (is_passed_over(wanted) || is_somebody_elses(wanted)) return;
    const Resource* there = find_live(wanted.address);
    const Resource* before =
        there == nullptr && !wanted.previously.empty() ? find_live(wanted.previously) : nullptr;
    if (wanted.absent) {
      if (there != nullptr) remove(*there, Removal::remove);
    } else if (there == nullptr && before == nullptr) {
      create(wanted);
    } else {
      update(wanted, there != nullptr ? *there : *before);
    }
  }

  // The API makes and changes personal event types of the key's own person alone.
  bool is_somebody_elses(const Resource& wanted) {
    const std::string user = text_in(wanted.fields, "user");
    if (wanted.kind->other_owner != "user" || user.empty() || options_.key_owner.empty() ||
        user == options_.key_owner)
      return false;
    plan_.refused.push_back(
        {wanted.address,
         "an event type of one person can only be made with that person's own API key: give it a `team`, or "
         "make it in Cal.com's UI and leave it out of the files",
         false});
    return true;
  }

  void create(const Resource& wanted) {
    ResourceDiff found = diff_of_new(wanted);
    take_rest(found);
    if (wanted.kind->api.create.empty()) return;  // checked, never made: what is missing is a manual step
    Change change{.address = wanted.address, .kind = wanted.kind, .fields = std::move(found.fields)};
    if (wanted.kind->name == "user")
      change.notes.emplace_back("Cal.com sends an invitation by e-mail to a real person");
    plan_.changes.push_back(std::move(change));
  }

  void update(const Resource& wanted, const Resource& live) {
    const Owned* known = owned(live.address);
    ResourceDiff found = diff(comparable(wanted), comparable(live), known, desired_.policy);
    take_rest(found);
    leave_beyond_api(found, live);
    if (found.empty()) {
      const bool ours_to_make = !wanted.kind->api.create.empty();
      if (ours_to_make && options_.owned != nullptr && known == nullptr)
        plan_.adopted.push_back(wanted.address);
      return;
    }
    if (clashes_with_live(wanted, live)) return;
    if (is_protected(desired_.policy, live.address)) {
      plan_.refused.push_back(
          {live.address, "it differs, but policy.protect names it: change it by hand, or take it out there"});
      return;
    }
    Change change{.address = wanted.address,
                  .kind = wanted.kind,
                  .action = Action::update,
                  .fields = std::move(found.fields)};
    if (wanted.address != live.address) {
      change.renamed_from = live.address;
      change.notes.emplace_back("renamed: public links with the old name end");
    }
    plan_.changes.push_back(std::move(change));
  }

  [[nodiscard]] Resource comparable(const Resource& resource) const {
    Resource out = resource;
    leave_out_past(out);
    leave_out_held(out);
    return out;
  }

  // Who is being off-boarded is neither made a host again nor taken off (DESIGN §12.10).
  void leave_out_held(Resource& out) const {
    const boost::json::array* hosts = list_in(out.fields, "hosts");
    if (options_.held.empty() || hosts == nullptr) return;
    boost::json::array others;
    for (const auto& host : *hosts)
      if (!host.is_object() || !options_.held.contains(text_in(host.get_object(), "user")))
        others.push_back(host);
    out.fields["hosts"] = std::move(others);
  }

  // Days that are over stay at Cal.com, and mean nothing (CONTRACT §6).
  void leave_out_past(Resource& out) const {
    const boost::json::array* days = list_in(out.fields, "overrides");
    if (options_.today.empty() || days == nullptr) return;
    boost::json::array coming;
    for (const auto& day : *days)
      if (!day.is_object() || text_in(day.get_object(), "date").substr(0, 10) >= options_.today)
        coming.push_back(day);
    out.fields["overrides"] = std::move(coming);
  }

  // What somebody made in the UI and the API cannot express would be deleted (CONTRACT §7).
  void leave_beyond_api(ResourceDiff& found, const Resource& live) {
    std::set<std::string> left;
    std::erase_if(found.fields, [&](const FieldChange& field) {
      const std::string name = field.pointer.substr(1, field.pointer.find('/', 1) - 1);
      if (!live.beyond_api.contains(name)) return false;
      left.insert(name);
      return true;
    });
    for (const auto& name : left)
      plan_.refused.push_back(
          {live.address,
           name +
               " holds what was made in the UI and API v2 cannot express: writing it would delete "
               "that; change it in the UI, and leave " +
               name + " out of the files"});
  }

  // What a file does not state stays as it is, and may exclude what it states.
  bool clashes_with_live(const Resource& wanted, const Resource& live) {
    boost::json::object together = live.fields;
    for (const auto& member : wanted.fields) together[member.key()] = member.value();
    const auto conflicts = seat_conflicts(together);
    for (const auto& conflict : conflicts)
      plan_.refused.push_back(
          {wanted.address, "with what it has live: " + conflict + "; state the other one as {disabled: true}",
           false});
    return !conflicts.empty();
  }

  void take_rest(ResourceDiff& found) {
    std::ranges::move(found.manual_steps, std::back_inserter(plan_.manual_steps));
    std::ranges::move(found.not_taken, std::back_inserter(plan_.not_taken));
  }

  void plan_undeclared(const Resource& live) {
    if (desired_.resources.contains(live.address) || is_renamed(live.address)) return;
    if (!is_selected(live) || is_own_subscription(live) || is_ignored(desired_.policy, live.address, ""))
      return;
    if (owned(live.address) == nullptr) {
      plan_.unmanaged.push_back(live.address);
      return;
    }
    const auto rule = desired_.policy.removal.find(live.kind->name);
    if (rule == desired_.policy.removal.end() || rule->second == Removal::keep)
      plan_.kept.push_back(live.address);
    else if (is_held(live))
      plan_.held.push_back(live.address);
    else
      remove(live, rule->second);
  }

  [[nodiscard]] bool is_renamed(const std::string& address) const {
    return std::ranges::any_of(plan_.changes,
                               [&](const Change& change) { return change.renamed_from == address; });
  }

  void remove(const Resource& live, Removal how) {
    if (is_protected(desired_.policy, live.address)) {
      plan_.refused.push_back({live.address, "policy.protect names it: it is never removed"});
    } else if (live.kind->api.remove.empty()) {
      plan_.refused.push_back(
          {live.address,
           "a " + std::string(live.kind->name) +
               " is never removed by files: who leaves is off-boarded with `calsync offboard`"});
    } else if (how == Removal::disable) {
      disable(live);
    } else {
      plan_.changes.push_back({.address = live.address, .kind = live.kind, .action = Action::remove});
    }
  }

  // Once is enough: what is hidden already stays as it is.
  void disable(const Resource& live) {
    Change change{.address = live.address, .kind = live.kind, .action = Action::disable};
    const auto switches = boost::json::parse(live.kind->disable);
    for (const auto& member : switches.get_object()) {
      const boost::json::value* now = live.fields.if_contains(member.key());
      if (now == nullptr || *now != member.value())
        change.fields.push_back({"/" + std::string(member.key()), now == nullptr ? nullptr : *now,
                                 member.value(), ChangeOrigin::git});
    }
    if (!change.fields.empty()) plan_.changes.push_back(std::move(change));
  }

  // A change is a look, a request and a look back; a few kinds need a further request.
  [[nodiscard]] std::int64_t estimate() const {
    const auto calls = static_cast<std::int64_t>(plan_.changes.size()) * 3;
    return (calls * 60 + options_.requests_per_minute - 1) / options_.requests_per_minute;
  }

  const Desired& desired_;
  const Resources& live_;
  const PlanOptions& options_;
  Plan plan_;
};

}  // namespace

Plan make_plan(const Desired& desired, const Resources& live, const PlanOptions& options) {
  return Planner(desired, live, options).run();
}

bool Plan::refused_whole() const {
  return std::ranges::any_of(refused, &Refusal::whole);
}

const char* to_text(Action action) {
  switch (action) {
    case Action::create:
      return "create";
    case Action::update:
      return "update";
    case Action::remove:
      return "remove";
    case Action::disable:
      return "disable";
  }
  return "";
}

const char* to_text(ChangeOrigin origin) {
  switch (origin) {
    case ChangeOrigin::unknown:
      return "";
    case ChangeOrigin::git:
      return "git";
    case ChangeOrigin::live:
      return "live";
    case ChangeOrigin::both:
      return "both";
  }
  return "";
}

}  // namespace calsync
