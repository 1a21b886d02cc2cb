#include "daemon/cli/command.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/option_checks.hpp"
#include "daemon/cli/render.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {

namespace {
struct ShowOptions {
  std::uint64_t sequence = 0;
  bool event = false;
  bool body = false;
};

std::string plain(const boost::json::value& value) {
  if (value.is_null()) return "-";
  return value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value);
}

// "keySequence" as "key sequence"
std::string in_words(std::string_view name) {
  std::string words;
  for (const char c : name) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital) words += ' ';
    words += capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return words;
}

std::string event_line(const boost::json::value& event) {
  return plain(event.at("sequence")) + "  " + plain(event.at("topic")) + "  " + plain(event.at("type"));
}

void print_fields(Console& console, const boost::json::object& object) {
  std::size_t width = 0;
  for (const auto& field : object) width = std::max(width, in_words(field.key()).size());
  const auto line = [&](std::string name, const std::string& text) {
    name.resize(width, ' ');
    console.line(console.paint(Paint::dim, name) + "  " + printable(text));
  };
  for (const auto& field : object) {
    const auto* events = field.value().if_array();
    if (events == nullptr || events->empty())
      line(in_words(field.key()), events == nullptr ? plain(field.value()) : "-");
    else
      for (const auto& event : *events)
        line(&event == &events->front() ? in_words(field.key()) : "", event_line(event));
  }
}

// Bytes as they are for a pipe or file; a terminal gets them without what could drive it.
void print_body(Console& console, std::string_view body) {
  if (!console.out_is_terminal()) return console.answer(body);
  console.line("");
  console.line(printable(body));
}

Result<void> show_record(Context& context, const EventLog& log, const ShowOptions& options) {
  CALSYNC_TRY(row, "show", read_row(log, RawSequence{options.sequence}));
  auto object = to_json(row);
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

Result<void> show_event(Context& context, const EventLog& log, const ShowOptions& options) {
  CALSYNC_TRY(stored, "show", log.event(EventSequence{options.sequence}));
  auto object = to_json(stored);
  if (context.globals.json) {
    CALSYNC_TRY(value, "show", value_of(stored));
    object["value"] = std::move(value);
    context.console.line(boost::json::serialize(object));
    return {};
  }
  if (!options.body || context.console.out_is_terminal()) print_fields(context.console, object);
  if (!options.body) return {};
  if (stored.event.erased) return Error{Errc::not_found, "the value was erased on request"};
  print_body(context.console, stored.event.value);
  return {};
}

Result<void> show(Context& context, const ShowOptions& options) {
  CALSYNC_TRY(settings, "show", context.settings({"log.path"}));
  CALSYNC_TRY(reader, "show", LogReader::open(context, settings));
  return options.event ? show_event(context, reader.log(), options)
                       : show_record(context, reader.log(), options);
}
}  // namespace

Action declare_log_show(CLI::App& app) {
  auto options = std::make_shared<ShowOptions>();
  app.add_option("SEQUENCE", options->sequence, "which one")->required()->check(whole_number(1));
  app.add_flag("--event", options->event, "SEQUENCE is that of a domain event");
  app.add_flag("--body", options->body,
               "also the body as it arrived (of an event: its value); a pipe gets the body alone");
  return [options](Context& context) {
    const auto shown = show(context, *options);
    return shown ? Exit::done : context.fail(shown.error());
  };
}

}  // namespace calsync::cli
