#include "daemon/cli/command.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/progress.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {

namespace {
void print(Context& context, const EventLog& log, const EventLog::VerifyReport& report) {
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
  console.line(with_commas(report.raw_records) + " records, " + with_commas(report.events) + " events, " +
               with_commas(report.quarantined) + " in quarantine, " + with_commas(report.erased) + " erased");
  for (const auto& one : report.damage) console.line(console.paint(Paint::bad, "damaged: ") + printable(one));
  if (report.damage.empty()) console.line(console.paint(Paint::good, "sound"));
}

Result<Exit> verify(Context& context) {
  CALSYNC_TRY(settings, "verify", context.settings());
  CALSYNC_TRY(reader, "verify", LogReader::open(context, settings));
  Progress progress(context, "verifying");
  CALSYNC_TRY(report, "verify", reader.log().verify([&](double share) { progress.share(share); }));
  print(context, reader.log(), report);
  if (report.damage.empty()) return Exit::done;
  context.console.note(
      "the log is damaged: stop the daemon and restore the newest backup; nothing was changed");
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
