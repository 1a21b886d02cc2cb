// Live against what was last applied, or against files. Reads only.
#include "daemon/cli/command.hpp"
#include "daemon/cli/organisation.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {
namespace {

// What was last applied, as if files said it.
Desired as_applied(const Register& owned) {
  Desired desired;
  for (const auto& [address, one] : owned) {
    Resource resource;
    resource.kind = find_kind(address.substr(0, address.find('/')));
    if (resource.kind == nullptr) continue;
    resource.address = address;
    resource.fields = one.applied;
    resource.places[""] = {};
    desired.resources.emplace(address, std::move(resource));
  }
  return desired;
}

Result<Exit> look(Context& context, const std::string& folder) {
  CALSYNC_TRY(settings, "drift", context.settings({"calcom", "log.path"}));
  CALSYNC_TRY(access, "drift", CalcomAccess::open(context, settings, CalcomNeed::reading));
  CALSYNC_TRY(owned, "drift", read_register_here(context, settings, &access));
  Desired desired;
  if (!folder.empty()) {
    CALSYNC_TRY(read, "drift", read_configuration(context, folder));
    desired = std::move(read.desired);
  } else if (owned) {
    desired = as_applied(*owned);
  }
  if (desired.resources.empty())
    return Error{
        Errc::not_found,
        "nothing was ever applied from here: name the configuration's folder, or run `calsync apply` first"};
  CALSYNC_TRY(live, "read the live organisation",
              read_live_now(access.api(), settings, desired, ApiUse::drift));
  const Plan plan = make_plan(desired, live.resources, plan_options(context, settings, live, owned));
  if (context.globals.json)
    context.console.line(boost::json::serialize(plan_json(plan)));
  else if (plan.changes.empty() && plan.manual_steps.empty())
    context.console.line(context.console.paint(Paint::good, "no drift") + ": " +
                         std::to_string(desired.resources.size()) + " resources are as " +
                         (folder.empty() ? "they were applied" : "the files say"));
  else
    context.console.answer(plan_text(plan, paints_of(context.console)));
  return plan.changes.empty() && plan.manual_steps.empty() ? Exit::done : Exit::differences;
}

}  // namespace

Action declare_drift(CLI::App& app) {
  auto folder = std::make_shared<std::string>();
  app.add_option("DIR", *folder, "the configuration's folder; without it: what was last applied");
  return [folder](Context& context) {
    const auto looked = look(context, *folder);
    return looked ? *looked : context.fail(looked.error());
  };
}

}  // namespace calsync::cli
