#include "daemon/cli/command.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/render.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {

namespace {
constexpr std::size_t page = 500;

struct QuarantineRows {
  Context& context;
  Table table{
      context.console,
      {{"SEQUENCE", true}, {"RECEIVED (UTC)"}, {"TRIGGER"}, {"REASON", false, true}, {"READER", true}}};
  JsonList list{context.console};

  Result<void> add(const EventLog& log, const QuarantineEntry& entry) {
    CALSYNC_TRY(row, "list the quarantine", read_row(log, entry.sequence));
    const std::string trigger = row.summary ? row.summary->trigger : "";
    if (context.globals.json) {
      auto object = to_json(row);
      object["reason"] = entry.reason;
      object["normaliserVersion"] = entry.normaliser_version;
      list.add(object);
    } else {
      table.row({{std::to_string(entry.sequence.value())},
                 {short_time(row.record.received)},
                 {trigger.empty() ? "-" : trigger},
                 {entry.reason, Paint::warn},
                 {"v" + std::to_string(entry.normaliser_version)}});
    }
    return {};
  }
};

Result<void> list_quarantine(Context& context) {
  CALSYNC_TRY(settings, "list the quarantine", context.settings({"log.path"}));
  CALSYNC_TRY(reader, "list the quarantine", LogReader::open(context, settings));
  QuarantineRows rows{context};
  std::size_t count = 0;
  for (RawSequence after;;) {
    CALSYNC_TRY(entries, "list the quarantine", reader.log().quarantine(after, page));
    for (const auto& entry : entries) CALSYNC_CHECK("list the quarantine", rows.add(reader.log(), entry));
    count += entries.size();
    if (entries.size() < page || context.stop.stop_requested() || context.console.output_gone()) break;
    after = entries.back().sequence;
  }
  if (context.stop.stop_requested()) return Error{Errc::cancelled, "interrupted"};
  if (context.globals.json)
    rows.list.end();
  else
    rows.table.end();
  if (count == 0) context.console.note("the quarantine is empty");
  return {};
}
}  // namespace

Action declare_log_quarantine(CLI::App&) {
  return [](Context& context) {
    const auto listed = list_quarantine(context);
    return listed ? Exit::done : context.fail(listed.error());
  };
}

}  // namespace calsync::cli
