// A statement for invoices (state/views/statement.hpp).
#include "daemon/cli/booking_rows.hpp"
#include "daemon/cli/booking_words.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/option_checks.hpp"
#include "daemon/cli/progress.hpp"
#include "state/views/statement_text.hpp"

#include <CLI/CLI.hpp>

namespace calsync::cli {

namespace {
struct ReportOptions {
  std::string from, to, editor, team, service, place, zone = "UTC", format = "table";
  std::uint64_t since = 0;
  std::vector<std::string> status{"accepted"};
};

std::string money(const std::optional<std::int64_t>& minor, const std::string& currency) {
  return minor ? std::to_string(*minor) + (currency.empty() ? "" : " " + currency) : "-";
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

void print_lines(Console& console, const Statement& statement, const Zone& zone) {
  Table table(console, {{"LINE"},
                        {"START (" + zone.name() + ")"},
                        {"MIN", true},
                        {"STATUS"},
                        {"SERVICE", false, true},
                        {"EDITOR", false, true},
                        {"PRICE (minor)", true},
                        {"PAID"},
                        {"UID", false, true},
                        {"NOTE", false, true}});
  for (const auto* lines : {&statement.lines, &statement.adjustments})
    for (const auto& line : *lines)
      table.row({{to_text(line.kind), line.kind == StatementLine::Kind::booking ? Paint::plain : Paint::warn},
                 {line.booking.start ? local_minute(*line.booking.start, zone) : "-"},
                 {std::to_string(line.minutes)},
                 {line.booking.status ? to_text(*line.booking.status) : "-"},
                 {or_dash(line.booking.event_type)},
                 {or_dash(line.editor.empty() ? line.editor_name : line.editor)},
                 {money(line.price, line.currency)},
                 {line.booking.paid ? "yes" : "no"},
                 {line.booking.name},
                 {or_dash(line.note)}});
  table.end();
}

void print_totals(Console& console, const Statement& statement) {
  Table table(console, {{"EDITOR", false, true},
                        {"NAME", false, true},
                        {"BOOKINGS", true},
                        {"MINUTES", true},
                        {"TOTAL (minor)", true}});
  for (const auto& total : statement.totals)
    table.row({{or_dash(total.editor)},
               {or_dash(total.editor_name)},
               {std::to_string(total.bookings)},
               {std::to_string(total.minutes)},
               {total.priced ? money(total.price, total.currency) : "no price"}});
  table.end();
}

void print_table(Console& console, const StatementQuery& query, const Statement& statement,
                 std::string_view content) {
  const auto field = [&console](std::string name, const std::string& text) {
    name.resize(10, ' ');
    console.line(console.paint(Paint::dim, name) + printable(text));
  };
  field("range", query.from + " to " + query.to + ", days in " + query.zone.name());
  field("status", statuses_text(query));
  field("place", place_text(statement.place));
  if (statement.earlier) field("since", place_text(*statement.earlier));
  field("content", "sha256 " + to_hex(sha256(content)));
  console.line("");
  if (statement.lines.empty() && statement.adjustments.empty()) return console.line("no bookings");
  print_lines(console, statement, query.zone);
  console.line("");
  print_totals(console, statement);
}

struct Known {
  StatementFold fold;
  StatementPlace place;
};

Result<Known> known_at(const EventLog& log, const PlaceWord& word, const ScanOptions& scan) {
  Known known;
  CALSYNC_CHECK("read the cut",
                begin_at_cut(log, [&known](ViewSource& at_cut) { known.fold.begin(at_cut); }));
  CALSYNC_TRY(place, "read the events", each_event_up_to(log, word, scan, [&known](const EventRecord& event) {
                known.fold.take(event);
              }));
  known.place = {log.id().value(), place.sequence, place.hash};
  return known;
}

Result<Statement> statement_of(const EventLog& log, const StatementQuery& query, const ReportOptions& options,
                               const ScanOptions& scan, Instant now) {
  PlaceWord word;
  if (!options.place.empty()) {
    CALSYNC_TRY(named, "--at", parse_place(options.place, now));
    word = named;
  }
  CALSYNC_TRY(known, "report", known_at(log, word, scan));
  if (options.since == 0) return make_statement(query, known.fold, known.place);
  if (options.since > known.place.position.value())
    return Error{Errc::rejected, "--since-statement " + std::to_string(options.since) +
                                     " lies behind this statement's own place, event " +
                                     std::to_string(known.place.position.value())};
  CALSYNC_TRY(before, "report", known_at(log, {EventSequence{options.since}, {}}, scan));
  return make_statement(query, before.fold, before.place, known.fold, known.place);
}

void warn(Console& console, const EventLog& log, const Statement& statement, const std::string& place) {
  if (statement.erased > 0)
    console.note(
        counted(statement.erased, "event") +
        " up to there can no longer be read (erased on request): a statement that was made before that may "
        "have had more");
  if (const LogCut cut = log.cut(); cut.raw.value() > 0)
    console.note(
        trimmed_words(cut) +
        ": bookings of before have the price that they had then, and a statement that was made before "
        "the trim may have an earlier one");
  const LogHead head = log.head();
  if (place.empty() && head.normalised < head.raw)
    console.note(counted(head.raw.value() - head.normalised.value(), "record") +
                 " of the log have not been read into events yet, and are not in this statement");
}

Result<StatementQuery> query_of(const ReportOptions& options) {
  CALSYNC_TRY(zone, "--timezone", Zone::find(options.zone));
  StatementQuery query{.from = options.from,
                       .to = options.to,
                       .zone = zone,
                       .editor = options.editor,
                       .team = options.team,
                       .service = options.service};
  if (options.status == std::vector<std::string>{"all"}) return query;
  CALSYNC_TRY(status, "--status", statuses(options.status));
  query.status = std::move(status);
  return query;
}

Result<void> report(Context& context, const ReportOptions& options) {
  CALSYNC_TRY(query, "report", query_of(options));
  CALSYNC_TRY(settings, "report", context.settings({"log.path"}));
  CALSYNC_TRY(reader, "report", LogReader::open(context, settings));
  std::optional<Progress> progress(std::in_place, context, "reading");
  ScanOptions scan;
  scan.stop = context.stop;
  scan.told = [&](std::uint64_t done, std::uint64_t total) { progress->count(done, total); };
  CALSYNC_TRY(statement, "report", statement_of(reader.log(), query, options, scan, context.clock.wall()));
  progress.reset();
  const std::string content = statement_content(query, statement);
  if (options.format == "csv")
    context.console.answer(statement_csv(query, statement, content));
  else if (context.globals.json || options.format == "json")
    context.console.answer(statement_json(content));
  else
    print_table(context.console, query, statement, content);
  warn(context.console, reader.log(), statement, options.place);
  return {};
}

void declare_options(CLI::App& app, ReportOptions& options) {
  const auto day = [&app](const char* name, std::string& into, const char* text) {
    app.add_option(name, into, text)->type_name("DATE")->required()->check(readable(parse_day));
  };
  day("--from", options.from, "the first day: 2026-11-01");
  day("--to", options.to, "the last day, included");
  declare_zone(app, options.zone);
  app.add_option("--format", options.format, "table, csv or json")
      ->type_name("WORD")
      ->capture_default_str()
      ->check(CLI::IsMember({"table", "csv", "json"}).description(""));
  app.add_option("--at", options.place, "made from what the log had by then; without: by now")
      ->type_name("TIME|SEQ")
      ->check(readable([](const std::string& text) { return parse_place(text, {}); }));
  app.add_option("--since-statement", options.since,
                 "the event of an earlier statement of this range: its lines, and what changed since")
      ->type_name("SEQ")
      ->check(whole_number(1));
  const auto filter = [&app](const char* name, std::string& into, const char* text, const char* type) {
    app.add_option(name, into, text)->type_name(type)->group("Filters");
  };
  filter("--editor", options.editor, "of this editor, the organiser", "EMAIL");
  filter("--team", options.team, "of this team", "NAME|ID");
  filter("--service", options.service, "of this event type", "SLUG|ID");
  app.add_option("--status", options.status, "with this status; several with commas; `all` for any")
      ->type_name("WORD")
      ->delimiter(',')
      ->capture_default_str()
      ->check(readable([](const std::string& word) {
        return word == "all" ? Result<std::vector<BookingStatus>>(std::vector<BookingStatus>{})
                             : statuses({word});
      }))
      ->group("Filters");
}
}  // namespace

Action declare_bookings_report(CLI::App& app) {
  auto options = std::make_shared<ReportOptions>();
  declare_options(app, *options);
  app.callback([options] {
    if (*parse_day(options->to) < *parse_day(options->from))
      throw CLI::ValidationError("--to", options->to + " lies before --from " + options->from);
  });
  return [options](Context& context) {
    const auto reported = report(context, *options);
    return reported ? Exit::done : context.fail(reported.error());
  };
}

}  // namespace calsync::cli
