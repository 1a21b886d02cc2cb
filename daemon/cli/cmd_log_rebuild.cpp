#include "daemon/cli/command.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/progress.hpp"
#include "daemon/project/project.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {

namespace {
struct RebuildOptions {
  bool verify = false;
};

void print_rebuilt(Context& context, const RebuildReport& report) {
  Console& console = context.console;
  if (context.globals.json) {
    boost::json::object object{
        {"records", report.records}, {"events", report.events}, {"erased", report.erased}};
    object["identical"] = !report.first_difference.has_value();
    object["firstDifference"] =
        report.first_difference ? boost::json::value(report.first_difference->value()) : nullptr;
    object["difference"] =
        report.difference.empty() ? boost::json::value(nullptr) : boost::json::value(report.difference);
    console.line(boost::json::serialize(object));
    return;
  }
  console.line(counted(report.records, "record") + " made " + counted(report.events, "event") + ", " +
               with_commas(report.erased) + " erased");
  if (report.first_difference)
    console.line(
        console.paint(Paint::bad, "differs from event " + std::to_string(report.first_difference->value())) +
        ": " + printable(report.difference));
  else
    console.line(console.paint(Paint::good, "identical to the log"));
}

Result<Exit> compare(Context& context, const Settings& settings) {
  CALSYNC_TRY(reader, "rebuild", LogReader::open(context, settings));
  Progress progress(context, "making anew");
  CALSYNC_TRY(report, "rebuild", verify_rebuild(reader.log(), [&](double share) { progress.share(share); }));
  print_rebuilt(context, report);
  return report.first_difference ? Exit::differences : Exit::done;
}

Result<Exit> write(Context& context, const Settings& settings) {
  CALSYNC_TRY(writer, "rebuild", LogWriter::open(context, settings));
  const LogHead head = writer.log->head();
  context.console.note("events and views of " + counted(head.raw.value(), "record") + " will be made anew (" +
                       counted(head.event.value(), "event") + " now)");
  if (const Exit answer = context.confirm("Rebuild the log at " + settings.log.path + "?");
      answer != Exit::done)
    return answer;
  Progress progress(context, "making anew");
  CALSYNC_TRY(report, "rebuild", rebuild(*writer.log, [&](double share) { progress.share(share); }));
  print_rebuilt(context, report);
  return Exit::done;
}
}  // namespace

Action declare_log_rebuild(CLI::App& app) {
  auto options = std::make_shared<RebuildOptions>();
  app.add_flag("--verify", options->verify, "write nothing, only compare; works beside a running daemon");
  return [options](Context& context) {
    const auto settings = context.settings({"log.path"});
    if (!settings) return context.fail(settings.error());
    const auto done = options->verify ? compare(context, *settings) : write(context, *settings);
    return done ? *done : context.fail(done.error());
  };
}

}  // namespace calsync::cli
