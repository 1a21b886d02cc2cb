#include "daemon/care/backup_json.hpp"
#include "daemon/cli/backup_text.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/option_checks.hpp"
#include "daemon/cli/progress.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {

namespace {
struct RestoreOptions {
  std::string from;
  std::optional<std::uint32_t> backup;
};

Result<Exit> restore(Context& context, const RestoreOptions& options) {
  CALSYNC_TRY(settings, "restore", context.settings({"log"}));
  CALSYNC_TRY(from, "restore", backup_directory(settings, options.from));
  if (ControlClient::connect(settings.log.path, context.stop))
    return Error{Errc::conflict, "a daemon runs on the log at " + settings.log.path +
                                     ": stop it first (systemctl stop calsyncd)"};
  CALSYNC_CHECK("restore", become_owner(settings.log.path));
  CALSYNC_TRY(facts, "restore", choose_backup(from, options.backup));
  context.console.note(describe_backup(facts) + ", from " + printable(from.string()));
  if (const Exit answer = context.confirm("Restore it into " + settings.log.path + "?"); answer != Exit::done)
    return answer;
  Progress progress(context, "restoring");
  const auto done = restore_backup({.from = from,
                                    .id = facts.id,
                                    .to = settings.log.path,
                                    .progress = [&](double share) { progress.share(share); }},
                                   context.clock);
  if (!done && done.error().code == Errc::rejected) {
    context.console.error(done.error());
    return Exit::refused;
  }
  if (!done) return done.error();
  if (context.globals.json)
    context.console.line(boost::json::serialize(backup_json(*done)));
  else
    context.console.line("restored into " + printable(settings.log.path) + ": records to " +
                         with_commas(done->head.raw.value()) + ", events to " +
                         with_commas(done->head.event.value()));
  context.console.note(
      "now run `calsync log rejoin`: before it, calsyncd takes deliveries in but publishes nothing");
  context.console.note("whoever was forgotten after " + calsync::to_text(facts.taken) +
                       " is in this log again: run `calsync forget` once more for each of them");
  return Exit::done;
}
}  // namespace

Action declare_log_restore(CLI::App& app) {
  auto options = std::make_shared<RestoreOptions>();
  app.add_option("--from", options->from, "directory of the backups [log.backup.path]")->type_name("DIR");
  app.add_option("--backup", options->backup,
                 "which one, as `log backup --list` shows them [the newest that was read back]")
      ->type_name("ID")
      ->check(whole_number(1, UINT32_MAX));
  return [options](Context& context) {
    const auto done = restore(context, *options);
    return done ? *done : context.fail(done.error());
  };
}

}  // namespace calsync::cli
