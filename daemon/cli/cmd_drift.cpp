// Live against what was last applied, or against files. Changes nothing at Cal.com.
#include "daemon/cli/command.hpp"
#include "daemon/cli/organisation.hpp"
#include "daemon/cli/table.hpp"
#include "daemon/reconcile/change_records.hpp"
#include "daemon/reconcile/drift_bracket.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <algorithm>

namespace calsync::cli {
namespace json = boost::json;
namespace {

// Nothing, where there is no log here.
Result<DriftBrackets> brackets_of(Context& context, const Settings& settings, const std::string& look,
                                  Instant now) {
  auto reader = LogReader::open(context, settings);
  if (!reader && reader.error().code == Errc::not_found) return DriftBrackets{};
  if (!reader) return reader.error();
  return drift_brackets(reader->log(), look, now);
}

json::object to_json(const DriftBracket& bracket) {
  return {{"lastClean",
           bracket.last_clean ? json::value(calsync::to_text(*bracket.last_clean)) : json::value(nullptr)},
          {"firstDirty", calsync::to_text(bracket.first_dirty)}};
}

json::object to_json(const DriftBrackets& brackets) {
  json::object out;
  for (const auto& [address, since] : brackets) {
    json::object fields;
    for (const auto& [pointer, bracket] : since.fields) fields[pointer] = to_json(bracket);
    json::object whole = to_json(since.whole);
    whole["fields"] = std::move(fields);
    out[address] = std::move(whole);
  }
  return out;
}

// Of what somebody removed there is nothing to say field by field.
bool is_gone(const Plan& plan, std::string_view address) {
  return std::ranges::any_of(plan.changes, [&](const Change& change) {
    return change.address == address && change.action == calsync::Action::create;
  });
}

void show(Console& console, const Plan& plan, const DriftBrackets& brackets) {
  if (brackets.empty()) return;
  Table table(console, {{.name = "DRIFTED", .elastic = true},
                        {.name = "LAST SEEN AS APPLIED"},
                        {.name = "FIRST SEEN OTHERWISE"}});
  const auto row = [&](const std::string& what, const DriftBracket& bracket) {
    table.row({{printable(what)},
               {bracket.last_clean ? calsync::to_text(*bracket.last_clean) : "never"},
               {calsync::to_text(bracket.first_dirty)}});
  };
  for (const auto& [address, since] : brackets) {
    if (is_gone(plan, address))
      row(address, since.whole);
    else
      for (const auto& [pointer, bracket] : since.fields) row(address + pointer, bracket);
  }
  table.end();
}

// What was seen is kept, so that the next look knows since when. Not kept, the answer is worth as much.
Result<void> remember(Context& context, const Settings& settings, CalcomAccess& access,
                      const std::string& look, Instant now) {
  if (access.through_daemon()) return access.note(look);
  auto log = LogWriter::open(context, settings);
  if (!log && log.error().code == Errc::not_found) return {};
  if (!log) return log.error();
  CALSYNC_CHECK("note it in the log", log->log->append_and_wait({.source = RecordSource::apply,
                                                                 .source_id = {},
                                                                 .content_type = "application/json",
                                                                 .received = now,
                                                                 .body = look}));
  return {};
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
  const Instant now = context.clock.wall();
  const std::string seen = looked_record(plan);
  CALSYNC_TRY(brackets, "drift", brackets_of(context, settings, seen, now));
  // Where the daemon reconciles it looks itself, and knows what its policy ignores.
  const bool daemon_looks = access.through_daemon() && !settings.config_repo.url.empty() &&
                            settings.reconcile.mode != ReconcileMode::off;
  if (folder.empty() && !daemon_looks)
    if (const auto kept = remember(context, settings, access, seen, now); !kept)
      context.console.note("this look is not kept, so the next one cannot date by it: " +
                           kept.error().text());
  if (context.globals.json) {
    json::value answer = plan_json(plan);
    answer.as_object()["since"] = to_json(brackets);
    context.console.line(json::serialize(answer));
  } else if (plan.changes.empty() && plan.manual_steps.empty()) {
    context.console.line(context.console.paint(Paint::good, "no drift") + ": " +
                         std::to_string(desired.resources.size()) + " resources are as " +
                         (folder.empty() ? "they were applied" : "the files say"));
  } else {
    context.console.answer(plan_text(plan, paints_of(context.console)));
    show(context.console, plan, brackets);
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
