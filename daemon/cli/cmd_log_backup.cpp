#include "daemon/care/backup_json.hpp"
#include "daemon/cli/backup_text.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/option_checks.hpp"
#include "daemon/cli/progress.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <thread>

namespace calsync::cli {

namespace {
struct BackupOptions {
  std::string to;
  std::optional<std::uint64_t> keep;
  bool list = false;
};

Exit print_made(Context& context, const BackupFacts& facts, const std::filesystem::path& directory) {
  if (context.globals.json)
    context.console.line(boost::json::serialize(backup_json(facts)));
  else
    context.console.line(describe_backup(facts) + ", in " + printable(directory.string()));
  return Exit::done;
}

Result<Exit> list_them(Context& context, const std::filesystem::path& directory) {
  CALSYNC_TRY(all, "list", list_backups(directory));
  boost::json::array rows;
  for (const BackupFacts& facts : all) {
    rows.push_back(backup_json(facts));
    if (!context.globals.json) context.console.line(describe_backup(facts));
  }
  if (context.globals.json) context.console.line(boost::json::serialize(rows));
  return Exit::done;
}

Result<BackupFacts> read_facts(const boost::json::value& told) try {
  const auto& object = told.as_object();
  const auto number = [&](const char* name) { return object.at(name).to_number<std::uint64_t>(); };
  BackupFacts facts;
  facts.id = object.at("id").to_number<std::uint32_t>();
  const auto taken = parse_instant(object.at("taken").as_string().c_str());
  if (taken) facts.taken = *taken;
  facts.log = LogId{object.at("log").as_string().c_str()};
  facts.head.raw = RawSequence{number("raw")};
  facts.head.event = EventSequence{number("event")};
  facts.head.normalised = RawSequence{number("normalised")};
  facts.bytes = number("bytes");
  facts.verified = object.at("verified").as_bool();
  return facts;
} catch (const std::exception&) {  // Boost.JSON's way of saying that it is not so
  return Error{Errc::rejected, "the daemon did not say what it made: is it of another version?"};
}

Result<BackupFacts> follow(Context& context, ControlClient& daemon, std::uint64_t run) {
  constexpr std::chrono::milliseconds look_again{100};
  Progress progress(context, "backing up");
  for (;;) {
    CALSYNC_TRY(answer, "backup", daemon.get("/control/backup"));
    const auto* state = answer.if_object();
    if (state == nullptr || !state->contains("running") || !state->contains("run"))
      return read_facts(nullptr);
    const bool ours = state->at("run").to_number<std::uint64_t>() >= run;
    if (ours && !state->at("running").as_bool()) {
      if (const auto* why = state->at("error").if_string()) return Error{Errc::io, std::string(*why)};
      return read_facts(state->at("backup"));
    }
    progress.share(ours ? state->at("share").to_number<double>() : 0);
    if (context.stop.stop_requested())
      return Error{Errc::cancelled, "interrupted; the daemon goes on with the backup"};
    std::this_thread::sleep_for(look_again);
  }
}

Result<BackupFacts> in_daemon(Context& context, ControlClient& daemon, const std::filesystem::path& directory,
                              const BackupOptions& options) {
  boost::json::object order{{"directory", directory.string()}};
  if (options.keep) order["keep"] = *options.keep;
  CALSYNC_TRY(answer, "backup", daemon.post("/control/backup", order));
  const auto* begun = answer.if_object();
  if (begun == nullptr || !begun->contains("run")) return read_facts(nullptr);
  return follow(context, daemon, begun->at("run").to_number<std::uint64_t>());
}

Result<BackupFacts> in_here(Context& context, const Settings& settings,
                            const std::filesystem::path& directory, const BackupOptions& options) {
  CALSYNC_TRY(writer, "backup", LogWriter::open(context, settings));
  Progress progress(context, "backing up");
  const auto keep = options.keep.value_or(static_cast<std::uint64_t>(settings.log.backup.keep));
  return writer.log->backup({.directory = directory,
                             .keep = keep,
                             .progress = [&](double share) { progress.share(share); },
                             .stop = context.stop});
}

Result<Exit> back_up(Context& context, const BackupOptions& options) {
  CALSYNC_TRY(settings, "backup", context.settings({"log"}));
  CALSYNC_TRY(directory, "backup", backup_directory(settings, options.to));
  if (options.list) return list_them(context, directory);
  auto daemon = ControlClient::connect(settings.log.path, context.stop);
  if (!daemon && daemon.error().code != Errc::not_found) return daemon.error();
  auto made = daemon ? in_daemon(context, *daemon, directory, options)
                     : in_here(context, settings, directory, options);
  if (!made) return std::move(made).error();
  return print_made(context, *made, directory);
}
}  // namespace

Action declare_log_backup(CLI::App& app) {
  auto options = std::make_shared<BackupOptions>();
  app.add_option("--to", options->to, "directory of the backups, best on another disk [log.backup.path]")
      ->type_name("DIR");
  app.add_option("--keep", options->keep, "how many to keep; older ones are deleted [log.backup.keep]")
      ->check(whole_number(1, 100'000));
  app.add_flag("--list", options->list, "make none; show those that are there, the newest last");
  return [options](Context& context) {
    const auto done = back_up(context, *options);
    return done ? *done : context.fail(done.error());
  };
}

}  // namespace calsync::cli
