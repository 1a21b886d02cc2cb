// The log, Cal.com's API and Kafka, held against each other (daemon/audit).
#include "daemon/admin/time_words.hpp"
#include "daemon/cli/audit_sources.hpp"
#include "daemon/cli/calcom_access.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/option_checks.hpp"
#include "daemon/cli/progress.hpp"
#include "daemon/cli/render.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <thread>

namespace calsync::cli {

namespace json = boost::json;

namespace {
constexpr std::chrono::minutes publishing_takes{1};
constexpr std::chrono::minutes settling_takes{1};
constexpr std::chrono::milliseconds look_again{100};

struct Audited {
  Instant since{};
  LogHead head;
  LogSide log;
  std::optional<ApiAudit> api;
  std::optional<KafkaAudit> kafka;
  std::optional<IntakeAttempts> attempts;
  std::string without_api, without_kafka;  // why there is none
  std::vector<audit::Finding> findings;    // of all, by weight
};

std::string why_no_kafka(const Settings::Kafka& kafka) {
  if (!kafka.present) return "no section kafka in the settings";
  return kafka.mode == KafkaMode::embedded ? "kafka: {mode: embedded} keeps nothing" : "";
}

void collect(Audited& audited) {
  const auto add = [&audited](std::vector<audit::Finding>& more) {
    std::ranges::move(more, std::back_inserter(audited.findings));
  };
  if (audited.api) add(audited.api->findings);
  if (audited.kafka) add(audited.kafka->findings);
  add(audited.log.history);
  audit::sort_by_weight(audited.findings);
}

std::optional<IntakeAttempts> ask_for_attempts(Context& context, const Settings& settings) {
  auto daemon = ControlClient::connect(settings.log.path, context.stop);
  if (!daemon) return std::nullopt;
  const auto metrics = daemon->text("/metrics");
  return metrics ? std::optional(attempts_in(*metrics)) : std::nullopt;
}

Result<Audited> read_all(Context& context, const Settings& settings, Instant since) {
  Audited audited;
  audited.since = since;
  const Instant now = context.clock.wall();
  // The log first: what the other two tell beyond it is then new, and not missing.
  CALSYNC_TRY(reader, "audit", LogReader::open(context, settings));
  audited.head = reader.log().head();
  Progress progress(context, "reading the log");
  ScanOptions scan;
  scan.stop = context.stop;
  scan.told = [&](std::uint64_t done, std::uint64_t total) { progress.count(done, total); };
  CALSYNC_TRY(side, "audit", read_log_side(reader.log(), since, now - publishing_takes, scan));
  audited.log = std::move(side);
  audited.without_api = settings.calcom.present ? "" : "no section calcom in the settings";
  audited.without_kafka = why_no_kafka(settings.kafka);
  if (audited.without_api.empty()) {
    CALSYNC_TRY(access, "audit", CalcomAccess::open(context, settings, CalcomNeed::reading));
    CALSYNC_TRY(api, "Cal.com",
                audit_api(reader.log(), access.api(), settings, since, now - 2 * settings.poll.interval));
    audited.api = std::move(api);
  }
  if (audited.without_kafka.empty()) {
    CALSYNC_TRY(kafka, "Kafka",
                audit_kafka(reader.log(), settings.kafka, audited.log, now - publishing_takes));
    audited.kafka = std::move(kafka);
  }
  audited.attempts = ask_for_attempts(context, settings);
  collect(audited);
  return audited;
}

template <class Number>
json::value number_or_null(const std::optional<Number>& number) {
  return number ? json::value(number->value()) : json::value(nullptr);
}

json::object to_json(const audit::Finding& finding) {
  return {{"weight", to_text(finding.weight)},  {"kind", finding.kind},
          {"booking", finding.booking},         {"what", finding.what},
          {"raw", number_or_null(finding.raw)}, {"event", number_or_null(finding.event)}};
}

json::object to_json(const Audited& audited) {
  const auto counts = audit::count(audited.findings);
  json::array findings;
  for (const auto& finding : audited.findings) findings.push_back(to_json(finding));
  json::object object{{"since", calsync::to_text(audited.since)},
                      {"wrong", counts.now},
                      {"pending", counts.pending},
                      {"history", counts.history},
                      {"findings", std::move(findings)}};
  object["log"] = {{"records", audited.log.records},
                   {"head", audited.head.event.value()},
                   {"unread", audited.head.raw.value() - audited.head.normalised.value()},
                   {"quarantined", audited.log.quarantined}};
  object["api"] = nullptr;
  if (audited.api)
    object["api"] = {{"bookings", audited.api->bookings},
                     {"foreign", audited.api->foreign},
                     {"notAsked", audited.api->not_asked}};
  object["kafka"] = nullptr;
  if (audited.kafka)
    object["kafka"] = {{"compared", audited.kafka->join.compared},
                       {"notRetained", audited.kafka->join.not_retained},
                       {"newer", audited.kafka->join.newer}};
  object["attempts"] = nullptr;
  if (audited.attempts)
    object["attempts"] = {{"unsigned", audited.attempts->bad_signatures},
                          {"duplicates", audited.attempts->duplicates}};
  return object;
}

Paint paint_of(audit::Weight weight) {
  if (weight == audit::Weight::now) return Paint::bad;
  return weight == audit::Weight::pending ? Paint::warn : Paint::dim;
}

void print_findings(Console& console, const std::vector<audit::Finding>& findings) {
  const auto number = [](const auto& one) { return one ? std::to_string(one->value()) : std::string("-"); };
  Table table(console, {{"WEIGHT"},
                        {"KIND"},
                        {"BOOKING", false, true},
                        {"RAW", true},
                        {"EVENT", true},
                        {"WHAT", false, true}});
  for (const auto& one : findings)
    table.row({{to_text(one.weight), paint_of(one.weight)},
               {one.kind},
               {one.booking},
               {number(one.raw)},
               {number(one.event)},
               {one.what}});
  table.end();
}

void print_sides(Console& console, const Audited& audited) {
  const auto field = [&console](std::string name, const std::string& text) {
    name.resize(9, ' ');
    console.line(console.paint(Paint::dim, name) + text);
  };
  std::string log = counted(audited.log.records, "record") + " since " + short_time(audited.since) + " UTC";
  if (const auto unread = audited.head.raw.value() - audited.head.normalised.value(); unread > 0)
    log += ", " + counted(unread, "record") + " not read yet";
  if (audited.log.quarantined > 0) log += ", " + with_commas(audited.log.quarantined) + " in quarantine";
  field("log", log);
  std::string api = "not compared: " + audited.without_api;
  if (audited.api) {
    api = counted(audited.api->bookings, "booking");
    if (audited.api->foreign > 0)
      api += ", " + with_commas(audited.api->foreign) + " more of other organisations (passed over)";
    if (audited.api->not_asked > 0)
      api +=
          ", " + with_commas(audited.api->not_asked) + " known ones that it does not list were not asked for";
  }
  field("Cal.com", api);
  std::string kafka = "not compared: " + audited.without_kafka;
  if (audited.kafka) {
    kafka = counted(audited.kafka->join.compared, "event") + " compared";
    if (audited.kafka->join.not_retained > 0)
      kafka += ", " + with_commas(audited.kafka->join.not_retained) + " older ones are no longer retained";
  }
  field("Kafka", kafka);
  field("intake", audited.attempts
                      ? with_commas(audited.attempts->bad_signatures) + " with a wrong signature, " +
                            with_commas(audited.attempts->duplicates) +
                            " the same bytes again, since the daemon started"
                      : "not known: no daemon runs");
}

void print(Console& console, const Audited& audited) {
  const auto counts = audit::count(audited.findings);
  print_findings(console, audited.findings);
  if (!audited.findings.empty()) console.line("");
  print_sides(console, audited);
  const std::string rest =
      std::to_string(counts.pending) + " pending, " + std::to_string(counts.history) + " history";
  console.line(counts.now == 0
                   ? console.paint(Paint::good, "nothing is wrong") + "; " + rest
                   : console.paint(Paint::bad, std::to_string(counts.now) + " wrong now") + "; " + rest);
}

// As far as nothing waits any more: what the poll appended is read and, where there is a publisher, published.
Result<void> wait_until_settled(Context& context, ControlClient& daemon) {
  const auto end = context.clock.steady() + settling_takes;
  while (context.clock.steady() < end && !context.stop.stop_requested()) {
    CALSYNC_TRY(status, "wait", daemon.get("/api/v1/status"));
    const auto number = [&status](std::string_view pointer) -> std::int64_t {
      boost::system::error_code none;
      const auto* value = status.find_pointer({pointer.data(), pointer.size()}, none);
      return value != nullptr && value->is_int64() ? value->get_int64() : 0;
    };
    const bool published =
        !status.at("publisher").is_object() || number("/publisher/published") >= number("/log/eventHead");
    if (published && number("/log/normalised") >= number("/log/rawHead")) return {};
    std::this_thread::sleep_for(look_again);
  }
  return Error{Errc::timeout, "what the poll found is not published yet: look again later"};
}

std::uint64_t polls_in(const json::value& answer) {
  return answer.at("polls").to_number<std::uint64_t>();
}

// The daemon polls all of Cal.com once more. A sweep that was under way when asked may have passed what is looked
// for: it is not the one that was asked for, so the end of the one behind it is waited for, too.
Result<void> repair(Context& context, const Settings& settings) {
  CALSYNC_TRY(daemon, "--repair", ControlClient::connect(settings.log.path, context.stop));
  for (int sweep = 0; sweep < 2; ++sweep) {
    CALSYNC_TRY(asked, "--repair", daemon.post("/control/poll", nullptr));
    const auto before = polls_in(asked);
    for (auto polls = before; polls <= before;) {
      if (context.stop.stop_requested()) return Error{Errc::cancelled, "interrupted"};
      std::this_thread::sleep_for(look_again);
      CALSYNC_TRY(now, "--repair", daemon.get("/control/poll"));
      polls = polls_in(now);
      const auto& error = now.at("lastError");
      if (polls > before && error.is_string())
        return Error{Errc::unavailable, "the poll failed: " + std::string(error.get_string())};
    }
  }
  return wait_until_settled(context, daemon);
}

// What a poll of the daemon's can put right; also what the next poll would find by itself: who says --repair wants it now.
bool is_repairable(const std::vector<audit::Finding>& findings) {
  return std::ranges::any_of(findings, [](const audit::Finding& one) {
    return one.weight != audit::Weight::history && (one.kind == "missed" || one.kind == "vanished");
  });
}

Result<Exit> audit_now(Context& context, const std::string& since_word, bool with_repair) {
  CALSYNC_TRY(settings, "audit", context.settings({"log.path", "calcom", "kafka", "poll"}));
  const Instant now = context.clock.wall();
  Instant since = now - settings.poll.past;
  if (!since_word.empty()) {
    CALSYNC_TRY(named, "--since", parse_when(since_word, Edge::since, now));
    since = named;
  }
  CALSYNC_TRY(audited, "audit", read_all(context, settings, since));
  if (with_repair && is_repairable(audited.findings)) {
    const auto counts = audit::count(audited.findings);
    context.console.note(std::to_string(counts.now) + " wrong now, " + std::to_string(counts.pending) +
                         " pending: the daemon polls all of Cal.com");
    CALSYNC_CHECK("audit", repair(context, settings));
    CALSYNC_TRY(again, "audit", read_all(context, settings, since));
    audited = std::move(again);
  }
  if (context.globals.json)
    context.console.line(json::serialize(to_json(audited)));
  else
    print(context.console, audited);
  return audit::count(audited.findings).now == 0 ? Exit::done : Exit::differences;
}
}  // namespace

Action declare_audit(CLI::App& app) {
  struct Options {
    std::string since;
    bool repair = false;
  };
  auto options = std::make_shared<Options>();
  app.add_option(
         "--since", options->since,
         "from this time on: 2026-11-20, 2026-11-20T09:30:00Z, or ago: 7d; else as far as polls look back "
         "(poll.past)")
      ->type_name("TIME")
      ->check(readable([](const std::string& text) { return parse_when(text, Edge::since, {}); }));
  app.add_flag(
      "--repair", options->repair,
      "where bookings are missed or vanished, have the daemon poll all of Cal.com now, and look again");
  return [options](Context& context) {
    const auto audited = audit_now(context, options->since, options->repair);
    return audited ? *audited : context.fail(audited.error());
  };
}

}  // namespace calsync::cli
