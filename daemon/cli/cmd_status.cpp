#include "daemon/cli/command.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/progress.hpp"
#include "daemon/cli/render.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <sstream>

namespace calsync::cli {

namespace json = boost::json;

namespace {
// Absent members and other types read as null: a daemon of a newer version may say less or more.
const json::value& at(const json::value& value, std::string_view path) {
  static const json::value nothing(nullptr);
  const json::value* here = &value;
  while (!path.empty()) {
    const auto dot = path.find('.');
    const auto name = path.substr(0, dot);
    const auto* object = here->if_object();
    here = object ? object->if_contains({name.data(), name.size()}) : nullptr;
    if (here == nullptr) return nothing;
    path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
  }
  return *here;
}

std::string text(const json::value& value) {
  if (value.is_null()) return "-";
  return printable(value.is_string() ? std::string_view(value.as_string())
                                     : std::string_view(json::serialize(value)));
}

std::string number(const json::value& value) {
  if (const auto* n = value.if_int64(); n && *n >= 0) return with_commas(static_cast<std::uint64_t>(*n));
  if (const auto* n = value.if_uint64()) return with_commas(*n);
  return text(value);
}

std::string seconds(const json::value& value) {
  boost::system::error_code failed;
  const auto number = value.to_number<double>(failed);
  if (failed) return "-";
  std::ostringstream out;
  out << number << " s";
  return std::move(out).str();
}

std::string many(const json::value& value, const std::string& what) {
  return number(value) + " " + what + (value == json::value(1) || value == json::value(1U) ? "" : "s");
}

class Page {
 public:
  Page(const Context& context, const json::value& status) : console_(context.console), status_(status) {}
  void row(std::string name, const std::string& value) {
    name.resize(std::max<std::size_t>(name.size() + 1, 12), ' ');
    console_.line(console_.paint(Paint::dim, name) + value);
  }
  void log() {
    row("log", text(at(status_, "log.path")) + "  id " + text(at(status_, "log.id")));
    row("", many(at(status_, "log.rawHead"), "record") + ", " + number(at(status_, "log.normalised")) +
                " read, " + many(at(status_, "log.eventHead"), "event") + ", " +
                number(at(status_, "log.quarantined")) + " in quarantine");
    if (const json::value& cut = at(status_, "log.cutRaw"); cut.is_number() && cut.to_number<double>() > 0)
      row("", "trimmed up to record " + number(cut) + ", event " + number(at(status_, "log.cutEvent")) +
                  ", received until " + text(at(status_, "log.cutReceived")));
  }
  void publisher() {
    if (at(status_, "publisher").is_null()) return row("publisher", "off (no kafka section)");
    const std::string state = text(at(status_, "publisher.state"));
    const Paint paint = state == "publishing" ? Paint::good : state == "starting" ? Paint::warn : Paint::bad;
    row("publisher", console_.paint(paint, state) + ", " + text(at(status_, "publisher.mode")) +
                         (at(status_, "publisher.bootstrap").is_null()
                              ? ""
                              : " at " + text(at(status_, "publisher.bootstrap"))));
    row("", number(at(status_, "publisher.published")) + " published, lag " +
                number(at(status_, "publisher.lag")));
    if (!at(status_, "publisher.lastError").is_null())
      row("", console_.paint(Paint::warn, text(at(status_, "publisher.lastError"))));
  }
  void listeners() {
    if (at(status_, "intake.listening").is_null())
      row("intake", "off");
    else
      row("intake", text(at(status_, "intake.listening")) + ", " +
                        many(at(status_, "intake.connections"), "connection"));
    row("admin", text(at(status_, "admin.listening")));
    poll();
  }
  void poll() {
    if (at(status_, "poll").is_null()) return;
    if (!at(status_, "poll.sweepShare").is_null()) {
      const auto share = at(status_, "poll.sweepShare").to_number<double>();
      return row("poll", "sweep under way, " + std::to_string(static_cast<int>(share * 100)) + " %");
    }
    const std::string last = at(status_, "poll.lastGood").is_null()
                                 ? "none good yet"
                                 : "last good " + text(at(status_, "poll.lastGood"));
    row("poll", last + ", " + text(at(status_, "poll.found")) + " changes found that no webhook told");
    row("", "every " + seconds(at(status_, "poll.intervalSeconds")) + ", " +
                many(at(status_, "poll.requests"), "request") + " the last time");
  }
  void reconcile() {
    if (at(status_, "reconcile").is_null()) return;
    const auto short_form = [&](std::string_view path) { return text(at(status_, path)).substr(0, 12); };
    row("reconcile", text(at(status_, "reconcile.mode")) + ", branch " +
                         text(at(status_, "reconcile.branch")) + ", in force " +
                         short_form("reconcile.inForce") + ", applied " + short_form("reconcile.applied"));
    row("", number(at(status_, "reconcile.changes")) + " to change, " +
                number(at(status_, "reconcile.drifted")) + " drifted, last look " +
                text(at(status_, "reconcile.lastLook")));
    if (const auto* list = at(status_, "reconcile.suspended").if_array())
      for (const auto& one : *list)
        row("", console_.paint(Paint::warn, "suspended ") +
                    (text(at(one, "address")) == "*" ? "everything" : text(at(one, "address"))) + " since " +
                    text(at(one, "since")) +
                    (at(one, "reason").is_null() ? "" : ": " + text(at(one, "reason"))));
  }
  void conditions() {
    const auto* list = at(status_, "conditions").if_array();
    if (list != nullptr && !list->empty()) {
      console_.line(console_.paint(Paint::dim, "conditions"));
      for (const auto& one : *list) {
        const std::string severity = text(at(one, "severity"));
        const Paint paint = severity == "error"     ? Paint::bad
                            : severity == "warning" ? Paint::warn
                                                    : Paint::plain;
        row("  " + text(at(one, "component")),
            console_.paint(paint, severity + ": " + brief(at(one, "message"))) +
                (at(one, "since").is_null() ? "" : " (since " + text(at(one, "since")) + ")"));
      }
    }
    if (const auto* reasons = at(status_, "notReady").if_array())
      for (const auto& one : *reasons) row("not ready", brief(one));
  }
  void show() {
    const bool ready = at(status_, "ready") == json::value(true);
    row("daemon", (ready ? console_.paint(Paint::good, "ready") : console_.paint(Paint::warn, "not ready")) +
                      ", calsyncd " + text(at(status_, "version")) + ", since " +
                      text(at(status_, "startedAt")));
    row("settings", text(at(status_, "settings")));
    log();
    publisher();
    listeners();
    reconcile();
    conditions();
  }

 private:
  // Without what the publisher said: that stands with the publisher already.
  [[nodiscard]] std::string brief(const json::value& value) const {
    std::string words = text(value);
    const auto& said = at(status_, "publisher.lastError");
    if (said.is_null()) return words;
    const std::string again = ": " + text(said);
    if (const auto where = words.find(again); where != std::string::npos) words.erase(where, again.size());
    return words;
  }

  Console& console_;
  const json::value& status_;
};

json::object condition(std::string_view component, std::string_view message) {
  return {{"component", component}, {"severity", "error"}, {"message", message}, {"since", nullptr}};
}

json::object log_json(const EventLog& log, const std::string& path) {
  const LogHead head = log.head();
  const LogCut cut = log.cut();
  const json::value received =
      cut.raw.value() == 0 ? json::value(nullptr) : json::value(to_text(cut.received));
  return {{"path", path},
          {"id", log.id().value()},
          {"rawHead", head.raw.value()},
          {"eventHead", head.event.value()},
          {"normalised", head.normalised.value()},
          {"cutRaw", cut.raw.value()},
          {"cutEvent", cut.event.value()},
          {"cutReceived", received},
          {"quarantined", log.quarantine_size()}};
}

// No daemon: what settings and log say, under the names of the daemon's own answer. One answer, whatever is
// missing; the error says which exit code fits.
struct Stopped {
  json::value log;  // null: there is none, or it cannot be read
  json::array conditions;
  Error why;
};
Stopped look_without_daemon(Context& context, const SettingsForCommand& read) {
  Stopped stopped;
  if (!read.errors.empty()) stopped.conditions.push_back(condition("settings", read.errors.front()));
  if (!read.settings) {
    stopped.why = read.why;
    return stopped;
  }
  const auto reader = LogReader::open(context, *read.settings);
  if (reader) {
    stopped.log = log_json(reader->log(), read.settings->log.path);
  } else {
    stopped.why = reader.error();
    stopped.conditions.push_back(condition("log", stopped.why.what));
  }
  return stopped;
}

Exit show_stopped(Context& context, Stopped stopped) {
  const bool has_log = !stopped.log.is_null();
  const json::value status{{"running", false},
                           {"settings", context.globals.settings},
                           {"log", std::move(stopped.log)},
                           {"publisher", nullptr},
                           {"conditions", std::move(stopped.conditions)},
                           {"ready", false},
                           {"notReady", json::array{"no daemon runs"}}};
  if (context.globals.json) {
    context.console.line(json::serialize(status));
  } else if (has_log) {
    Page page(context, status);
    page.log();
    page.conditions();
  }
  if (has_log) return Exit::failed;
  return context.fail(stopped.why);
}

Result<Exit> show_status(Context& context) {
  const auto read = context.read_settings({"log.path"});
  if (read.settings || read.why.code == Errc::rejected)  // else `why` says it all
    for (const auto& error : read.errors) context.console.note("warning: " + printable(error));
  if (!read.settings) return show_stopped(context, look_without_daemon(context, read));
  auto daemon = ControlClient::connect(read.settings->log.path, context.stop);
  if (daemon) {
    CALSYNC_TRY(status, "status", daemon->get("/api/v1/status"));
    if (context.globals.json)
      context.console.line(json::serialize(status));
    else
      Page(context, status).show();
    return Exit::done;
  }
  if (daemon.error().code != Errc::not_found) return daemon.error();
  context.console.note(daemon.error().what);
  return show_stopped(context, look_without_daemon(context, read));
}
}  // namespace

Action declare_status(CLI::App&) {
  return [](Context& context) {
    const auto shown = show_status(context);
    return shown ? *shown : context.fail(shown.error());
  };
}

}  // namespace calsync::cli
