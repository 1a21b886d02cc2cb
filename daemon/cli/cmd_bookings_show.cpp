#include "daemon/admin/booking_chain.hpp"
#include "daemon/cli/booking_rows.hpp"
#include "daemon/cli/booking_words.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/deep_json.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/option_checks.hpp"
#include "daemon/cli/progress.hpp"
#include "daemon/cli/render.hpp"
#include "state/views/chain.hpp"
#include "state/views/json_pieces.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {

namespace json = boost::json;

namespace {
struct ShowOptions {
  std::string uid, zone = "UTC";
};

struct Shown {
  FoundBooking booking;
  std::vector<std::string> chain;  // the oldest first
  std::vector<StoredEvent> history;
};

// The oldest known ancestor, all that it became, and this one, wherever it stands.
Result<std::vector<std::string>> chain_with(const EventLog& log, const std::string& uid) {
  try {
    const auto source = log.views();
    ViewTable views(*source);
    const auto row = load_booking(views, uid);
    if (!row)
      return Error{Errc::not_found, "no booking " + printable(uid) +
                                        " is known: `calsync bookings list` shows those that are"};
    const Chain above = walk_up(views, *row, uid);
    CALSYNC_TRY(chain, "follow the chain", chain_from(log, above.root));
    if (std::ranges::find(chain, uid) != chain.end()) return chain;
    chain.assign(above.ancestors.rbegin(), above.ancestors.rend());
    chain.push_back(uid);
    return chain;
  } catch (const ViewError& unreadable) {
    return Error{unreadable.error};
  }
}

Result<Shown> read(const EventLog& log, const std::string& uid, const ScanOptions& scan) {
  Shown shown;
  CALSYNC_TRY(chain, "show", chain_with(log, uid));
  shown.chain = std::move(chain);
  const auto booking = find_booking(*log.views(), uid);
  if (!booking) return Error{Errc::not_found, "no booking " + printable(uid) + " is known"};
  shown.booking = booking->booking;
  EventFilter filter;
  filter.bookings = shown.chain;
  CALSYNC_CHECK("show", each_event(log, filter, scan, [&shown](const StoredEvent& stored) -> Result<bool> {
                  shown.history.push_back(stored);
                  shown.history.back().event.states.clear();
                  return true;
                }));
  return shown;
}

Result<json::object> history_json(const StoredEvent& stored) {
  json::object event = to_json(stored);
  const JsonPiece value(stored.event.value);
  for (const char* name : {"observedAt", "trigger", "detail", "changes"}) {
    const auto text = value.at(name).json();
    if (!text) {
      event[name] = nullptr;
      continue;
    }
    CALSYNC_TRY(parsed, "event " + std::to_string(stored.event.sequence.value()), parse_deep_json(*text));
    event[name] = std::move(parsed);
  }
  return event;
}

Result<void> show_json(Console& console, const Shown& shown) {
  json::array history;
  for (const auto& stored : shown.history) {
    CALSYNC_TRY(event, "show", history_json(stored));
    history.push_back(std::move(event));
  }
  CALSYNC_TRY(booking, "show", parse_deep_json(shown.booking.json));
  console.line(json::serialize(json::object{{"booking", std::move(booking)},
                                            {"chain", json::array(shown.chain.begin(), shown.chain.end())},
                                            {"history", std::move(history)}}));
  return {};
}

void field(Console& console, std::string name, const std::string& text) {
  name.resize(std::max<std::size_t>(name.size() + 1, 14), ' ');
  console.line(console.paint(Paint::dim, name) + (text.empty() ? "-" : printable(text)));
}

std::string people_text(const std::vector<PersonSeen>& people) {
  std::string text;
  for (const auto& one : people) {
    if (one.name.empty() && one.email.empty()) continue;
    text += text.empty() ? "" : ", ";
    text += one.name.empty() || one.email.empty() ? one.name + one.email : one.name + " <" + one.email + ">";
  }
  return text;
}

void show_booking(Console& console, const Shown& shown, const Zone& zone) {
  const FoundBooking& booking = shown.booking;
  field(console, "uid", booking.name);
  field(console, "status", booking.status ? to_text(*booking.status) : "");
  field(console, "title", booking.title);
  field(console, "start", booking.start ? local_minute(*booking.start, zone) + " " + zone.name() : "");
  field(console, "end", booking.end ? local_minute(*booking.end, zone) + " " + zone.name() : "");
  field(console, "event type", booking.event_type.empty() ? booking.event_type_title : booking.event_type);
  field(console, "team", booking.team);
  field(console, "hosts", people_text(booking.hosts));
  field(console, "attendees", people_text(booking.attendees));
  field(console, "location", booking.location);
  const std::string price = booking.price ? to_text(*booking.price) + " " + booking.currency : "";
  field(console, "price", price + (price.empty() ? "" : booking.paid ? ", paid" : ", not paid"));
  for (std::size_t i = 0; i < shown.chain.size(); ++i)
    field(console, i == 0 ? "chain" : "",
          shown.chain[i] + (shown.chain[i] == booking.name ? "  (this one)" : ""));
}

std::string changes_text(const StoredEvent& stored) {
  if (stored.event.erased) return "erased on request";
  std::string text;
  for (const JsonPiece& change : JsonPiece(stored.event.value).at("changes").elements()) {
    const auto plain = [&change](const char* name) {
      const JsonPiece piece = change.at(name);
      return piece.string().value_or(std::string(piece.text()));
    };
    text += (text.empty() ? "" : "; ") + plain("pointer") + ": " + plain("from") + " → " + plain("to");
  }
  return text;
}

void show_history(Console& console, const Shown& shown, const Zone& zone) {
  console.line("");
  Table table(console, {{"SEQUENCE", true},
                        {"OCCURRED (" + zone.name() + ")"},
                        {"TYPE"},
                        {"FROM"},
                        {"RAW", true},
                        {"BOOKING", false, true},
                        {"CHANGES", false, true}});
  for (const auto& [event, hash] : shown.history)
    table.row({{std::to_string(event.sequence.value())},
               {local_minute(event.time, zone)},
               {event.type, event.erased ? Paint::warn : Paint::plain},
               {to_text(event.origin)},
               {std::to_string(event.raw.value())},
               {event.subject},
               {changes_text({event, hash})}});
  table.end();
}

Result<void> show(Context& context, const ShowOptions& options) {
  CALSYNC_TRY(zone, "show", Zone::find(options.zone));
  CALSYNC_TRY(settings, "show", context.settings({"log.path"}));
  CALSYNC_TRY(reader, "show", LogReader::open(context, settings));
  Progress progress(context, "reading");
  ScanOptions scan;
  scan.stop = context.stop;
  scan.told = [&](std::uint64_t done, std::uint64_t total) { progress.count(done, total); };
  CALSYNC_TRY(shown, "show", read(reader.log(), options.uid, scan));
  if (context.globals.json) return show_json(context.console, shown);
  show_booking(context.console, shown, zone);
  show_history(context.console, shown, zone);
  return {};
}
}  // namespace

Action declare_bookings_show(CLI::App& app) {
  auto options = std::make_shared<ShowOptions>();
  app.add_option("UID", options->uid, "which booking")->required();
  declare_zone(app, options->zone);
  return [options](Context& context) {
    const auto shown = show(context, *options);
    return shown ? Exit::done : context.fail(shown.error());
  };
}

}  // namespace calsync::cli
