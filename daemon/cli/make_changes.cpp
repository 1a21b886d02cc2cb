#include "daemon/cli/make_changes.hpp"

#include "daemon/cli/applied_words.hpp"
#include "daemon/cli/organisation.hpp"
#include "daemon/reconcile/apply_lock.hpp"
#include "daemon/reconcile/change_secrets.hpp"
#include "state/views/register.hpp"

namespace calsync::cli {
namespace {

// What was done is told, also where the rest cannot be had.
Exit show(Context& context, const ChangesToMake& what, const ApplyResult& result) {
  if (!context.globals.json || !what.also) return show_applied(context, result);
  const auto more = what.also();
  if (!more) context.console.error(more.error());
  return show_applied(context, result, more ? *more : boost::json::object{});
}

}  // namespace

Result<Exit> make_changes(Context& context, const ChangesToMake& what) {
  if (!context.globals.json) context.console.answer(plan_text(what.plan, paints_of(context.console)));
  if (what.plan.refused_whole() || !what.plan.refused.empty()) return Exit::refused;
  if (what.plan.changes.empty()) return show(context, what, {});
  const Exit asked =
      context.confirm("Make " + std::string(what.plan.changes.size() == 1 ? "this change" : "these changes") +
                      " at Cal.com?");
  if (asked != Exit::done) return asked;
  CALSYNC_TRY(only_one, "apply", ApplyLock::take(what.settings.log.path));
  Performer performer(what.access.api(), what.settings.calcom.organization_id, what.desired, what.live,
                      secret_of);
  const auto note = [&](const std::string& record) {
    return register_change(record) ? Result<void>{} : what.access.note(record);
  };
  CALSYNC_TRY(result, "apply",
              apply_plan(what.plan, what.desired, what.live,
                         {.performer = performer,
                          .note = note,
                          .progress = [](std::size_t, std::size_t, const Change&) {},
                          .commit = {},
                          .before = nullptr,
                          .stop = context.stop}));
  return show(context, what, result);
}

Result<Desired> desired_of(const std::string& yaml) {
  const std::vector<SourceFile> files{{"options", yaml}};
  ReadDesired read = read_desired(files, {.knows_zone = knows_zone});
  for (const Finding& finding : read.findings)
    if (!finding.warning) return Error{Errc::rejected, finding.what};
  return std::move(read.desired);
}

}  // namespace calsync::cli
