// Carries out what plan shows: of a folder, or exactly a saved plan.
#include "config/plan/saved_plan.hpp"
#include "daemon/cli/applied_words.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/organisation.hpp"
#include "daemon/cli/plan_impact.hpp"
#include "daemon/cli/progress.hpp"
#include "daemon/cli/write_file.hpp"
#include "daemon/reconcile/apply.hpp"
#include "daemon/reconcile/apply_lock.hpp"
#include "daemon/reconcile/change_secrets.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {
namespace {

namespace json = boost::json;

struct ApplyWords {
  std::string target = ".", folder;
  std::optional<std::int64_t> allow_removals, max_changes;
};

Result<SavedPlan> read_plan_file(const std::string& file) {
  CALSYNC_TRY(text, "read the plan", read_whole_file(file));
  return read_saved_plan(text);
}

Result<Exit> carry_out(Context& context, const Settings& settings, const Desired& desired,
                       CalcomAccess& access, LiveState& live, const Plan& plan, const Register* before) {
  Performer performer(access.api(), settings.calcom.organization_id, desired, live, secret_of);
  auto progress = std::make_unique<Progress>(context, "applying");
  const ApplyParts parts{.performer = performer,
                         .note = [&](const std::string& record) { return access.note(record); },
                         .progress =
                             [&](std::size_t done, std::size_t of, const Change&) {
                               progress->share(static_cast<double>(done) / static_cast<double>(of));
                             },
                         .commit = plan.dirty ? std::string() : plan.commit,
                         .before = before,
                         .stop = context.stop};
  CALSYNC_TRY(result, "apply", apply_plan(plan, desired, live, parts));
  progress.reset();
  return show_applied(context, result);
}

Result<Exit> apply(Context& context, const ApplyWords& words) {
  std::optional<SavedPlan> saved;
  if (words.target.ends_with(".json") && std::filesystem::is_regular_file(words.target)) {
    CALSYNC_TRY(plan, "apply", read_plan_file(words.target));
    saved = std::move(plan);
  }
  const std::string folder = saved ? (words.folder.empty() ? "." : words.folder) : words.target;
  CALSYNC_TRY(configuration, "apply", read_configuration(context, folder));
  const Desired& desired = configuration.desired;
  CALSYNC_TRY(settings, "apply", context.settings({"calcom", "log.path"}));
  CALSYNC_TRY(access, "apply", CalcomAccess::open(context, settings, CalcomNeed::changing));
  CALSYNC_TRY(only_one, "apply", ApplyLock::take(settings.log.path));
  CALSYNC_TRY(own, "apply", read_own_state_here(context, settings, &access));
  CALSYNC_TRY(live, "read the live organisation",
              read_live_for(access.api(), settings, desired, own ? &*own : nullptr, ApiUse::apply));
  PlanOptions options = plan_options(context, settings, live, own);
  options.commit = configuration.source.commit;
  options.dirty = configuration.source.dirty;
  options.allow_removals = words.allow_removals;
  options.changes_max = words.max_changes;
  if (saved) {
    options.only_kind = saved->only_kind;
    options.only_address = saved->only_address;
  }
  options.impact = impact_from(context, settings, access, live);
  const Plan plan = make_plan(desired, live.resources, options);
  if (saved) {
    if (const auto same = must_be_same(*saved, plan); !same) {
      context.console.error(same.error());
      return Exit::refused;
    }
  }
  if (!context.globals.json) context.console.answer(plan_text(plan, paints_of(context.console)));
  if (plan.refused_whole()) return Exit::refused;
  if (context.stop.stop_requested()) return Error{Errc::cancelled, "stopped before the first change"};
  CALSYNC_CHECK("apply", secrets_are_there(desired, plan));
  if (!plan.changes.empty()) {
    const Exit asked =
        context.confirm("Make these " + std::to_string(plan.changes.size()) + " changes at Cal.com?");
    if (asked != Exit::done) return asked;
  }
  return carry_out(context, settings, desired, access, live, plan, own ? &own->owned : nullptr);
}

}  // namespace

Action declare_apply(CLI::App& app) {
  auto words = std::make_shared<ApplyWords>();
  app.add_option("DIR|PLAN", words->target,
                 "the configuration's folder, or a plan that `calsync plan -o` wrote")
      ->capture_default_str();
  app.add_option("--dir", words->folder, "with a saved plan: the configuration's folder");
  app.add_option("--allow-removals", words->allow_removals, "so many of a kind may be removed")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--max-changes", words->max_changes, "so many changes are allowed")
      ->check(CLI::NonNegativeNumber);
  return [words](Context& context) {
    const auto applied = apply(context, *words);
    return applied ? *applied : context.fail(applied.error());
  };
}

}  // namespace calsync::cli
