// Live against what was last applied, or against files. Reads only.
#include "daemon/cli/command.hpp"
#include "daemon/cli/organisation.hpp"
#include "daemon/reconcile/change_records.hpp"
#include "daemon/reconcile/drift_bracket.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {
namespace {

using Brackets = std::map<std::string, DriftBracket>;  // by address

// Nothing, where there is no log here.
Result<Brackets> brackets_of(Context& context, const Settings& settings, const Plan& plan) try {
  Brackets out;
  if (plan.changes.empty()) return out;
  auto reader = LogReader::open(context, settings);
  if (!reader && reader.error().code == Errc::not_found) return out;
  if (!reader) return reader.error();
  const auto views = reader->log().views();
  for (const Change& change : plan.changes)
    out.emplace(change.address, drift_bracket(*views, change.address, context.clock.wall()));
  return out;
} catch (const ViewError& unreadable) {
  return unreadable.error;
}

boost::json::object to_json(const Brackets& brackets) {
  boost::json::object out;
  for (const auto& [address, bracket] : brackets)
    out[address] = boost::json::object{
        {"lastClean",
         bracket.last_clean ? boost::json::value(calsync::to_text(*bracket.last_clean)) : nullptr},
        {"firstDirty", calsync::to_text(bracket.first_dirty)}};
  return out;
}

void show_brackets(Console& console, const Brackets& brackets) {
  if (brackets.empty()) return;
  console.line(console.paint(Paint::strong, "Since when"));
  for (const auto& [address, bracket] : brackets)
    console.line("    " + printable(address) + ": " +
                 (bracket.last_clean
                      ? "as applied until " + calsync::to_text(*bracket.last_clean) + " at least, "
                      : std::string()) +
                 "first seen otherwise " + calsync::to_text(bracket.first_dirty));
}

// A running daemon keeps what was seen, so that the next look knows since when.
Result<void> remember(CalcomAccess& access, const Plan& plan) {
  if (!access.through_daemon()) return {};
  return access.note(looked_record(plan.changes));
}

Result<Exit> look(Context& context, const std::string& folder) {
  CALSYNC_TRY(settings, "drift", context.settings({"calcom", "log.path"}));
  CALSYNC_TRY(access, "drift", CalcomAccess::open(context, settings, CalcomNeed::reading));
  CALSYNC_TRY(own, "drift", read_own_state_here(context, settings, &access));
  Desired desired;
  if (!folder.empty()) {
    CALSYNC_TRY(read, "drift", read_configuration(context, folder));
    desired = std::move(read.desired);
  } else if (own) {
    desired = as_applied(own->owned);
  }
  if (desired.resources.empty())
    return Error{
        Errc::not_found,
        "nothing was ever applied from here: name the configuration's folder, or run `calsync apply` first"};
  CALSYNC_TRY(live, "read the live organisation",
              read_live_for(access.api(), settings, desired, own ? &*own : nullptr, ApiUse::drift));
  const Plan plan = make_plan(desired, live.resources, plan_options(context, settings, live, own));
  CALSYNC_TRY(brackets, "drift", brackets_of(context, settings, plan));
  if (folder.empty()) CALSYNC_CHECK("remember the look", remember(access, plan));
  if (context.globals.json) {
    boost::json::value answer = plan_json(plan);
    answer.as_object()["since"] = to_json(brackets);
    context.console.line(boost::json::serialize(answer));
  } else if (plan.changes.empty() && plan.manual_steps.empty()) {
    context.console.line(context.console.paint(Paint::good, "no drift") + ": " +
                         std::to_string(desired.resources.size()) + " resources are as " +
                         (folder.empty() ? "they were applied" : "the files say"));
  } else {
    context.console.answer(plan_text(plan, paints_of(context.console)));
    show_brackets(context.console, brackets);
  }
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
