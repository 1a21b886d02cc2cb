#include "connectors/http/percent.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/option_checks.hpp"
#include "daemon/cli/render.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <thread>

namespace calsync::cli {

namespace json = boost::json;

namespace {
struct TailOptions {
  FilterWords words;
  std::size_t count = 10;
  bool follow = false;
};

// One event a line: cheap to grep, and its columns do not move while the log grows.
constexpr std::size_t sequence_width = 8, time_width = 24, type_width = 32, key_width = 24;

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

std::string head_line(const Console& console) {
  return console.paint(Paint::dim, "SEQUENCE  " + padded("OCCURRED", time_width) + "  " +
                                       padded("TYPE", type_width) + "  " + padded("KEY", key_width) +
                                       "  SUBJECT");
}

std::string line_of(const Console& console, const json::value& event) {
  const auto text = [&event](const char* name) {
    const auto* found = event.as_object().if_contains(name);
    return found && found->is_string() ? printable(std::string_view(found->as_string())) : std::string("-");
  };
  std::string sequence = json::serialize(event.at("sequence"));
  sequence.insert(0, sequence.size() < sequence_width ? sequence_width - sequence.size() : 0, ' ');
  return sequence + "  " + console.paint(Paint::dim, padded(text("time"), time_width)) + "  " +
         console.paint(Paint::strong, padded(text("type"), type_width)) + "  " +
         padded(text("key"), key_width) + "  " + text("subject");
}

void print_tail(Context& context, const json::value& event) {
  context.console.line(context.globals.json ? json::serialize(event) : line_of(context.console, event));
}

Result<json::object> with_value(const StoredEvent& stored) {
  auto object = to_json(stored);
  CALSYNC_TRY(value, "event " + std::to_string(stored.event.sequence.value()), value_of(stored));
  object["value"] = std::move(value);
  return object;
}

// From the log: exact for any filter, and what is there now even if the daemon is slow.
Result<EventSequence> print_last(Context& context, const Settings& settings, const TailOptions& options) {
  CALSYNC_TRY(reader, "tail", LogReader::open(context, settings));
  CALSYNC_TRY(filter, "tail", event_filter(options.words, context.clock.wall(), reader.log()));
  ScanOptions scan;
  scan.limit = options.count;
  scan.stop = context.stop;
  CALSYNC_TRY(found, "tail", newest_events(reader.log(), filter, scan));
  const bool one_document = context.globals.json && !options.follow;
  JsonList list(context.console);
  if (!context.globals.json && (options.follow || !found.empty()))
    context.console.line(head_line(context.console));
  for (const auto& stored : found) {
    CALSYNC_TRY(event, "tail", with_value(stored));
    if (one_document)
      list.add(event);
    else
      print_tail(context, event);
  }
  const EventSequence head = reader.log().head().event;
  if (one_document)
    list.end();
  else if (found.empty() && options.count > 0)
    context.console.note(head.value() == 0 ? "the log holds no events yet" : "nothing matches");
  context.console.flush();
  return head;
}

std::string query(const TailOptions& options, const json::value& after) {
  std::string target = "/api/v1/events?limit=500&wait=30s&after=" + json::serialize(after);
  const auto add = [&target](const char* name, const std::string& value) {
    if (!value.empty()) target += std::string("&") + name + "=" + percent_encoded(value);
  };
  add("topic", options.words.topic);
  add("type", options.words.type);
  add("key", options.words.key);
  add("booking", options.words.booking);
  return target;
}

Result<void> follow_once(Context& context, const Settings& settings, const TailOptions& options,
                         json::value& after) {
  CALSYNC_TRY(daemon, "follow", ControlClient::connect(settings.log.path, context.stop));
  while (!context.stop.stop_requested() && !context.console.output_gone() &&
         !context.console.output_failed()) {
    CALSYNC_TRY(page, "follow", daemon.get(query(options, after), std::chrono::seconds{45}));
    const auto* object = page.if_object();
    if (object == nullptr || !object->contains("items") || !object->contains("next"))
      return Error{Errc::rejected, "the daemon did not answer with events"};
    for (const auto& event : object->at("items").as_array()) print_tail(context, event);
    context.console.flush();
    after = object->at("next");
  }
  return {};
}

// A daemon that restarts is waited for; what it logged meanwhile follows without a gap.
Result<void> follow(Context& context, const Settings& settings, const TailOptions& options,
                    EventSequence from) {
  json::value after = from.value();
  bool told = false;
  for (;;) {
    const auto ended = follow_once(context, settings, options, after);
    if (context.stop.stop_requested() || ended) return {};
    const Errc code = ended.error().code;
    if (code != Errc::not_found && code != Errc::unavailable && code != Errc::timeout) return ended.error();
    if (!std::exchange(told, true)) context.console.note("waiting for the daemon: " + ended.error().what);
    for (int i = 0; i < 10 && !context.stop.stop_requested(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
}

Result<void> tail(Context& context, const TailOptions& options) {
  CALSYNC_TRY(settings, "tail", context.settings({"log.path"}));
  if (options.follow) {  // else nothing would ever follow: say so before anything is printed
    auto daemon = ControlClient::connect(settings.log.path, context.stop);
    if (!daemon) return daemon.error();
  }
  CALSYNC_TRY(head, "tail", print_last(context, settings, options));
  if (!options.follow) return {};
  return follow(context, settings, options, head);
}
}  // namespace

Action declare_log_tail(CLI::App& app) {
  auto options = std::make_shared<TailOptions>();
  app.add_option("-n,--lines", options->count, "the last that many first")
      ->type_name("N")
      ->capture_default_str()
      ->check(whole_number(0));
  app.add_flag("--follow,-f", options->follow, "then each new one, until Ctrl-C");
  const auto add = [&app](const char* name, std::string& into, const char* text, const char* type) {
    return app.add_option(name, into, text)->type_name(type)->group("Filters");
  };
  add("--topic", options->words.topic, "bookings, ooo, forms, system or config", "NAME")
      ->check(readable(parse_topic));
  add("--type", options->words.type, "booking.created, meeting.*", "TYPE");
  add("--key", options->words.key, "this Kafka key", "KEY");
  add("--booking", options->words.booking,
      "a booking's uid; the root of a reschedule chain finds the whole chain", "UID");
  return [options](Context& context) {
    const auto ended = tail(context, *options);
    return ended ? Exit::done : context.fail(ended.error());
  };
}

}  // namespace calsync::cli
