// Changes that a command makes for one person: shown, asked for, and made as apply makes them. Nothing of it becomes ours: what is in Git
// stays what files say, and files never take away what nobody wrote there.
// Owner:  a command. Blocks: as apply. Fails: as apply_plan; conflict (another one is at work: exit code 4).
#pragma once
#include "daemon/cli/calcom_access.hpp"
#include "daemon/reconcile/organisation_now.hpp"

namespace calsync::cli {

struct ChangesToMake {
  const Settings& settings;
  CalcomAccess& access;
  const Desired& desired;
  LiveState& live;
  const Plan& plan;
  std::function<Result<boost::json::object>()> also{};  // further members of the JSON, asked for at the end
};

// Exit::done also where there is nothing to do; refused where nobody said yes.
Result<Exit> make_changes(Context& context, const ChangesToMake& what);

// Files of one text, as a command's options say it. Fails: rejected, with what is wrong.
Result<Desired> desired_of(const std::string& yaml);

}  // namespace calsync::cli
