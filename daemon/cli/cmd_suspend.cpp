// Reconciling on hold, whole or by address, and on again (DESIGN §4). What is on hold stands in the log, so that a restart changes nothing.
#include "daemon/cli/command.hpp"
#include "daemon/cli/control_client.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/reconcile/own_state.hpp"
#include "state/views/reconcile_fold.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {
namespace {

struct HoldWords {
  std::string address = std::string(suspended_whole), reason;
  bool list = false;
};
constexpr std::chrono::seconds note_limit{30};

// Through the daemon, which then looks at once; where none runs, into the log itself.
Result<void> note(Context& context, const Settings& settings, const std::string& record) {
  auto daemon = ControlClient::connect(settings.log.path, context.stop);
  if (!daemon && daemon.error().code != Errc::not_found) return daemon.error();
  if (!daemon) {
    CALSYNC_TRY(log, "log.path", LogWriter::open(context, settings, true));
    CALSYNC_CHECK("note it in the log", log.log->append_and_wait({.source = RecordSource::apply,
                                                                  .source_id = {},
                                                                  .content_type = "application/json",
                                                                  .received = context.clock.wall(),
                                                                  .body = record}));
    return {};
  }
  CALSYNC_CHECK("tell the daemon", daemon->post("/control/applied", boost::json::parse(record), note_limit));
  return {};
}

Result<Suspensions> suspended_now(Context& context, const Settings& settings) {
  CALSYNC_TRY(reader, "read what is suspended", LogReader::open(context, settings));
  CALSYNC_TRY(own, "read what is suspended", read_own_state(reader.log()));
  return own.suspended;
}

void show(Context& context, const Suspensions& suspended) {
  if (context.globals.json) {
    boost::json::array list;
    for (const auto& [address, one] : suspended)
      list.push_back(boost::json::object{{"address", address}, {"reason", one.reason}, {"since", one.since}});
    context.console.line(boost::json::serialize(list));
    return;
  }
  if (suspended.empty()) context.console.line("nothing is suspended");
  for (const auto& [address, one] : suspended)
    context.console.line(printable(address == suspended_whole ? "everything" : address) + "  since " +
                         printable(one.since) + (one.reason.empty() ? "" : "  " + printable(one.reason)));
}

Result<Exit> suspend(Context& context, const HoldWords& words) {
  CALSYNC_TRY(settings, "suspend", context.settings({"log.path"}));
  if (!words.list)
    CALSYNC_CHECK("suspend", note(context, settings, suspended_record(words.address, words.reason)));
  CALSYNC_TRY(suspended, "suspend", suspended_now(context, settings));
  show(context, suspended);
  return Exit::done;
}

Result<Exit> resume(Context& context, const HoldWords& words) {
  CALSYNC_TRY(settings, "resume", context.settings({"log.path"}));
  CALSYNC_TRY(before, "resume", suspended_now(context, settings));
  if (!before.contains(words.address))
    return Error{Errc::not_found, (words.address == suspended_whole ? std::string("reconciling as a whole")
                                                                    : printable(words.address)) +
                                      " is not suspended: `calsync suspend --list` says what is"};
  CALSYNC_CHECK("resume", note(context, settings, resumed_record(words.address, words.reason)));
  CALSYNC_TRY(suspended, "resume", suspended_now(context, settings));
  show(context, suspended);
  return Exit::done;
}

std::shared_ptr<HoldWords> declare(CLI::App& app) {
  auto words = std::make_shared<HoldWords>();
  app.add_option("ADDRESS", words->address,
                 "an address of `calsync plan`, or a pattern of some; without it: all of them");
  app.add_option("--reason", words->reason, "what others should know");
  return words;
}

}  // namespace

Action declare_suspend(CLI::App& app) {
  const auto words = declare(app);
  app.add_flag("--list", words->list, "only say what is suspended");
  return [words](Context& context) {
    const auto done = suspend(context, *words);
    return done ? *done : context.fail(done.error());
  };
}

Action declare_resume(CLI::App& app) {
  const auto words = declare(app);
  return [words](Context& context) {
    const auto done = resume(context, *words);
    return done ? *done : context.fail(done.error());
  };
}

}  // namespace calsync::cli
