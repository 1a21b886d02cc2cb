// An organisation at the sandbox, its files, and the way from one to the other: read, plan, perform.
#pragma once
#include "connectors/calcom/resources/perform.hpp"
#include "tests/config/desired/read_text.hpp"
#include "tests/support/sandbox/sandbox_api.hpp"

namespace calsync {

struct Applied {
  std::vector<std::string> failed;     // "address: why"
  std::vector<std::string> not_taken;  // "address/pointer"
  Register owned;
};

class Organisation {
 public:
  LiveState live() {
    auto state = read_live(
        api, {.organization = 1, .use = ApiUse::apply, .all_webhooks = true, .own_event_types = true});
    EXPECT_TRUE(state) << state.error().text();
    return *std::move(state);
  }

  Plan plan(const Desired& desired, const Register* owned = nullptr) {
    const LiveState state = live();
    return make_plan(desired, state.resources,
                     {.key_owner = state.key_owner,
                      .owned = owned,
                      .ambiguous = {state.ambiguous.begin(), state.ambiguous.end()}});
  }

  Applied apply(const Desired& desired, const Plan& plan) {
    Applied out;
    LiveState state = live();
    Performer performer(api, 1, desired, state, [](const std::string&) {
      return Result<Secret>(Secret("a secret of thirty-two bytes ....."));
    });
    for (const Change& change : plan.changes) {
      auto done = performer.perform(change);
      if (!done) {
        out.failed.push_back(change.address + ": " + done.error().text());
        continue;
      }
      for (const auto& one : done->not_taken) out.not_taken.push_back(one.address + one.pointer);
      std::ranges::copy(done->left, std::back_inserter(done->not_taken));  // as apply_plan() keeps it
      out.owned[change.address] = {
          .id = done->id, .applied = done->applied, .commit = "", .not_taken = done->not_taken};
    }
    return out;
  }

  SandboxApi api;
};

inline std::string addresses_of(const Plan& plan) {
  std::string out;
  for (const Change& change : plan.changes) {
    out += std::string(to_text(change.action)) + " " + change.address;
    for (const auto& field : change.fields)
      out += " " + field.pointer + "=" + boost::json::serialize(field.from) + ">" +
             boost::json::serialize(field.to);
    out += "\n";
  }
  return out;
}

}  // namespace calsync
