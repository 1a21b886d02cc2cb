#include "daemon/cli/command.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/render.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {

namespace {
struct Options {
  std::uint64_t sequence = 0;
  bool event = false;
  bool body = false;
};

std::string plain(const boost::json::value& value) {
  if (value.is_null()) return "-";
  return value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value);
}

void print_fields(Console& console, const boost::json::object& object) {
  std::size_t width = 0;
  for (const auto& field : object) width = std::max(width, field.key().size());
  for (const auto& field : object) {
    if (field.key() == "body" || field.key() == "bodyBase64" || field.key() == "value") continue;
    std::string name(field.key());
    name.resize(width, ' ');
    console.line(console.paint(Paint::dim, name) + "  " + printable(plain(field.value())));
  }
}

// Bytes as they are for a pipe or file; a terminal gets them without what could drive it.
void print_body(Console& console, std::string_view body) {
  if (!console.out_is_terminal()) return console.answer(body);
  console.line("");
  console.line(printable(body));
}

Result<void> show_record(Context& context, const EventLog& log, const Options& options) {
  CALSYNC_TRY(row, "show", read_row(log, RawSequence{options.sequence}));
  auto object = to_json(row);
  boost::json::array people;
  if (row.summary)
    for (const auto& person : row.summary->people) people.emplace_back(person);
  object["people"] = std::move(people);
  if (context.globals.json) {
    if (options.body) add_body(object, row.record.body);
    context.console.line(boost::json::serialize(object));
    return {};
  }
  if (!options.body || context.console.out_is_terminal()) print_fields(context.console, object);
  if (!options.body) return {};
  if (!row.record.body) return Error{Errc::not_found, "the body was erased on request"};
  print_body(context.console, *row.record.body);
  return {};
}

Result<void> show_event(Context& context, const EventLog& log, const Options& options) {
  CALSYNC_TRY(stored, "show", log.event(EventSequence{options.sequence}));
  auto object = to_json(stored);
  if (context.globals.json) {
    object["value"] =
        stored.event.erased ? boost::json::value(nullptr) : boost::json::parse(stored.event.value);
    context.console.line(boost::json::serialize(object));
    return {};
  }
  if (!options.body || context.console.out_is_terminal()) print_fields(context.console, object);
  if (!options.body) return {};
  if (stored.event.erased) return Error{Errc::not_found, "the value was erased on request"};
  print_body(context.console, stored.event.value);
  return {};
}

Result<void> show(Context& context, const Options& options) {
  CALSYNC_TRY(settings, "show", context.settings());
  CALSYNC_TRY(reader, "show", LogReader::open(context, settings));
  return options.event ? show_event(context, reader.log(), options)
                       : show_record(context, reader.log(), options);
}
}  // namespace

Action declare_log_show(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("SEQUENCE", options->sequence, "which one")
      ->required()
      ->check(CLI::PositiveNumber.description(""));
  app.add_flag("--event", options->event, "SEQUENCE is that of a domain event");
  app.add_flag("--body", options->body,
               "also the body as it arrived (of an event: its value); a pipe gets the body alone");
  return [options](Context& context) {
    const auto shown = show(context, *options);
    return shown ? Exit::done : context.fail(shown.error());
  };
}

}  // namespace calsync::cli
