#include "daemon/cli/command.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/progress.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {

namespace {
void print_verified(Context& context, const EventLog& log, const EventLog::VerifyReport& report) {
  Console& console = context.console;
  if (context.globals.json) {
    boost::json::array damage;
    for (const auto& one : report.damage) damage.emplace_back(one);
    console.line(boost::json::serialize(boost::json::value{{"log", log.id().value()},
                                                           {"rawRecords", report.raw_records},
                                                           {"events", report.events},
                                                           {"quarantined", report.quarantined},
                                                           {"erased", report.erased},
                                                           {"damage", damage},
                                                           {"sound", report.damage.empty()}}));
    return;
  }
  console.line(counted(report.raw_records, "record") + ", " + counted(report.events, "event") + ", " +
               with_commas(report.quarantined) + " in quarantine, " + with_commas(report.erased) + " erased");
  for (const auto& one : report.damage) console.line(console.paint(Paint::bad, "damaged: ") + printable(one));
  if (report.damage.empty()) console.line(console.paint(Paint::good, "sound"));
}

// So damaged that it does not open: the same answer, with what stopped it.
Result<Exit> not_opened(Context& context, const Error& error) {
  if (!context.globals.json || error.code != Errc::corrupt) return error;
  context.console.line(boost::json::serialize(
      boost::json::value{{"sound", false}, {"damage", boost::json::array{error.what}}}));
  return Exit::failed;
}

Result<Exit> verify(Context& context) {
  CALSYNC_TRY(settings, "verify", context.settings({"log.path"}));
  auto opened = LogReader::open(context, settings);
  if (!opened) return not_opened(context, opened.error());
  const LogReader reader = *std::move(opened);
  Progress progress(context, "verifying");
  CALSYNC_TRY(report, "verify", reader.log().verify([&](double share) { progress.share(share); }));
  print_verified(context, reader.log(), report);
  if (report.damage.empty()) return Exit::done;
  context.console.note(
      "nothing was changed; stop the daemon, move the directory away and put the newest copy of it in its "
      "place");
  return Exit::failed;
}
}  // namespace

Action declare_log_verify(CLI::App&) {
  return [](Context& context) {
    const auto verified = verify(context);
    return verified ? *verified : context.fail(verified.error());
  };
}

}  // namespace calsync::cli
