// What apply would do. Reads only: it is given no way to change anything.
#include "daemon/cli/command.hpp"
#include "daemon/cli/organisation.hpp"
#include "daemon/cli/plan_impact.hpp"
#include "daemon/cli/write_file.hpp"
#include "daemon/reconcile/snapshot.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {
namespace {

struct PlanWords {
  std::string folder = ".", output, format, kind, only, base, against;
};

struct Seen {
  LiveState live;
  std::optional<OwnState> own;
  std::optional<CalcomAccess> access;  // nullopt: a snapshot
};

Result<Seen> look(Context& context, const PlanWords& words, const Settings& settings,
                  const Desired& desired) {
  if (!words.against.empty()) {
    CALSYNC_TRY(text, "read the snapshot", read_whole_file(words.against));
    CALSYNC_TRY(live, words.against, read_snapshot(text));
    return Seen{std::move(live), std::nullopt, std::nullopt};
  }
  CALSYNC_TRY(access, "plan", CalcomAccess::open(context, settings, CalcomNeed::reading));
  CALSYNC_TRY(own, "plan", read_own_state_here(context, settings, &access));
  CALSYNC_TRY(live, "read the live organisation",
              read_live_for(access.api(), settings, desired, own ? &*own : nullptr, ApiUse::interactive));
  return Seen{std::move(live), std::move(own), std::move(access)};
}

// Where there is no log, what another commit declared stands for what is ours.
Result<void> take_base(Context& context, const PlanWords& words, Seen& seen) {
  if (words.base.empty()) return {};
  if (seen.own)
    return Error{
        Errc::rejected,
        "--base is for where there is no log: the log here knows what was applied, so leave --base out"};
  CALSYNC_TRY(declared, "plan", declared_at(context, words.folder, words.base));
  seen.own = OwnState{std::move(declared), {}, {}};
  return {};
}

std::string shown(const Context& context, const PlanWords& words, const Plan& plan) {
  const bool json = words.format == "json" || (words.format.empty() && context.globals.json);
  if (json) return boost::json::serialize(plan_json(plan)) + "\n";
  return words.format == "markdown" ? plan_markdown(plan) : plan_text(plan, paints_of(context.console));
}

Result<Exit> make(Context& context, const PlanWords& words) {
  CALSYNC_TRY(configuration, "plan", read_configuration(context, words.folder));
  const Desired& desired = configuration.desired;
  Settings settings;
  if (words.against.empty()) {
    CALSYNC_TRY(read, "plan", context.settings({"calcom", "log.path"}));
    settings = std::move(read);
  }
  CALSYNC_TRY(seen, "plan", look(context, words, settings, desired));
  CALSYNC_CHECK("plan", take_base(context, words, seen));
  PlanOptions options = plan_options(context, settings, seen.live, seen.own);
  options.commit = configuration.source.commit;
  options.dirty = configuration.source.dirty;
  options.only_kind = words.kind;
  options.only_address = words.only;
  if (seen.access) options.impact = impact_from(context, settings, *seen.access, seen.live);
  const Plan plan = make_plan(desired, seen.live.resources, options);
  context.console.answer(shown(context, words, plan));
  if (!words.output.empty()) {
    CALSYNC_CHECK("write the plan",
                  write_whole_file(words.output, boost::json::serialize(plan_json(plan)) + "\n"));
    context.console.note("the plan is in " + words.output + ": `calsync apply " + words.output +
                         "` makes exactly it");
  }
  if (plan.refused_whole()) return Exit::refused;
  return plan.changes.empty() ? Exit::done : Exit::differences;
}

}  // namespace

Action declare_plan(CLI::App& app) {
  auto words = std::make_shared<PlanWords>();
  app.add_option("DIR", words->folder, "the configuration's folder")->capture_default_str();
  app.add_option("-o,--output", words->output, "write the plan to this file, for `calsync apply FILE`");
  app.add_option("--format", words->format, "text, json or markdown")
      ->check(CLI::IsMember({"text", "json", "markdown"}));
  app.add_option("--kind", words->kind, "only this kind: team, user, eventType and so on");
  app.add_option("--only", words->only,
                 "only addresses that fit this pattern, such as \"eventType/*/draft-*\"");
  app.add_option(
         "--base", words->base,
         "where there is no log: what this commit declared and the files no longer do may be removed, as "
         "policy.removal says")
      ->type_name("REV")
      ->check([](const std::string& text) {
        return text.empty() ? std::string("name a commit") : std::string();
      });
  app.add_option("--against", words->against,
                 "plan against a snapshot of `calsync import --snapshot`, without a key");
  return [words](Context& context) {
    if (!words->kind.empty() && find_kind(words->kind) == nullptr)
      return context.misused(
          Error{Errc::rejected, "there is no kind " + words->kind + ": see the addresses of `calsync plan`"});
    const auto made = make(context, *words);
    return made ? *made : context.fail(made.error());
  };
}

}  // namespace calsync::cli
