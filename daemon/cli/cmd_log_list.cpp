#include "daemon/cli/command.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/option_checks.hpp"
#include "daemon/cli/progress.hpp"
#include "daemon/cli/render.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {

namespace {
struct ListOptions {
  FilterWords words;
  std::size_t limit = 50;
  bool all = false;
  bool events = false;
};

// Rows as a table or as one JSON list, whichever was asked for.
struct ListRows {
  ListRows(Context& context, std::vector<Column> columns)
      : json(context.globals.json),
        console(context.console),
        table(context.console, std::move(columns)),
        list(context.console) {}
  template <class Row, class Cells>
  bool add(const Row& row, const Cells& cells) {
    ++count;
    if (json)
      list.add(to_json(row));
    else
      table.row(cells(row));
    return !console.output_gone() && !console.output_failed();
  }
  void end() {
    if (json) return list.end();
    table.end();
    if (count == 0) console.note("nothing matches");
  }
  // Where the rows go back to the log's begin: that this is not its first record.
  void tell_of_cut(const LogCut& cut, const ListOptions& options) {
    if (cut.raw.value() > 0 && (options.all || count < options.limit)) console.note(trimmed_words(cut));
  }
  bool json;
  Console& console;
  Table table;
  JsonList list;
  std::size_t count = 0;
};

Result<void> list_records(Context& context, const EventLog& log, const ListOptions& options,
                          const ScanOptions& scan) {
  CALSYNC_TRY(filter, "list", record_filter(options.words, context.clock.wall(), log));
  ListRows rows(context, record_columns());
  if (options.all) {
    CALSYNC_CHECK("list", each_record(log, filter, scan, [&](RecordRow& row) -> Result<bool> {
                    return rows.add(row, record_cells);
                  }));
  } else {
    CALSYNC_TRY(found, "list", newest_records(log, filter, scan));
    for (const auto& row : found) rows.add(row, record_cells);
  }
  rows.end();
  rows.tell_of_cut(log.cut(), options);
  return {};
}

Result<void> list_events(Context& context, const EventLog& log, const ListOptions& options,
                         const ScanOptions& scan) {
  CALSYNC_TRY(filter, "list", event_filter(options.words, context.clock.wall(), log));
  ListRows rows(context, event_columns());
  const auto add = [&](const StoredEvent& stored) -> Result<bool> {
    Instant received{};
    if (!rows.json) {
      CALSYNC_TRY(record, "read its record", log.raw(stored.event.raw));
      received = record.received;
    }
    return rows.add(stored, [received](const StoredEvent& one) { return event_cells(one.event, received); });
  };
  if (options.all) {
    CALSYNC_CHECK("list", each_event(log, filter, scan, add));
  } else {
    CALSYNC_TRY(found, "list", newest_events(log, filter, scan));
    for (const auto& stored : found) {
      CALSYNC_TRY(more, "list", add(stored));
      if (!more) break;
    }
  }
  rows.end();
  rows.tell_of_cut(log.cut(), options);
  return {};
}

Result<void> list(Context& context, const ListOptions& options) {
  CALSYNC_TRY(settings, "list", context.settings({"log.path"}));
  CALSYNC_TRY(reader, "list", LogReader::open(context, settings));
  Progress progress(context, "reading");
  ScanOptions scan;
  scan.stop = context.stop;
  scan.limit = options.limit;
  scan.told = [&](std::uint64_t done, std::uint64_t total) { progress.count(done, total); };
  if (!options.events && !options.words.person.empty()) {
    CALSYNC_TRY(records, "list", reader.log().records_of(options.words.person));
    scan.only = std::move(records);
  }
  return options.events ? list_events(context, reader.log(), options, scan)
                        : list_records(context, reader.log(), options, scan);
}

// A filter that the rows do not know would be passed over, and everything listed.
void check_together(const CLI::App& app, bool events) {
  for (const char* name : {"--topic", "--type", "--key"})
    if (!events && app.get_option(name)->count() > 0) throw CLI::ValidationError(name, "needs --events");
  if (events && app.get_option("--outcome")->count() > 0)
    throw CLI::ValidationError("--outcome", "only without --events");
}
}  // namespace

Action declare_log_list(CLI::App& app) {
  auto options = std::make_shared<ListOptions>();
  declare_filters(app, options->words, FilterSet::both);
  app.add_option("--limit,-n", options->limit, "the newest that many")
      ->type_name("N")
      ->capture_default_str()
      ->check(whole_number(0));
  app.add_flag("--all", options->all, "all that match")->excludes("--limit");
  app.add_flag("--events", options->events,
               "domain events instead of raw records; sequences are then theirs");
  app.callback([options, &app] { check_together(app, options->events); });
  return [options](Context& context) {
    const auto listed = list(context, *options);
    return listed ? Exit::done : context.fail(listed.error());
  };
}

}  // namespace calsync::cli
