#include "daemon/cli/command.hpp"
#include "daemon/cli/kafka_access.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/progress.hpp"
#include "daemon/rejoin/rejoin.hpp"
#include "state/store/directory_identity.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {

namespace json = boost::json;

namespace {
Result<RejoinSource> source_of(const Context& context, const Settings& settings, const LogId& log) {
  const Settings::Kafka& kafka = settings.kafka;
  if (!kafka.present)
    return Error{Errc::rejected,
                 "the section kafka is not in the settings: name the cluster that the lost log "
                 "published to (mode: embedded, where it published to none)"};
  if (kafka.mode == KafkaMode::embedded) {  // it keeps nothing, so it has nothing to tell
    RejoinSource nothing;
    nothing.topic_prefix = kafka.topic_prefix;
    nothing.cursor = []() -> Result<std::optional<CursorRecord>> { return std::optional<CursorRecord>{}; };
    return nothing;
  }
  CALSYNC_TRY(options, "rejoin", kafka_options(kafka));
  RejoinSource source = rejoin_from(std::move(options), kafka.topic_prefix, log, context.stop);
  source.place = directory_identity(settings.log.path);
  return source;
}

std::string ranges_of(const RejoinPlan& plan) {
  constexpr std::size_t shown = 20;
  std::string text;
  for (std::size_t i = 0; i < plan.untold.size() && i < shown; ++i) {
    const auto& [first, last] = plan.untold[i];
    text += (text.empty() ? "" : ", ") + std::to_string(first.value()) +
            (first == last ? "" : "-" + std::to_string(last.value()));
  }
  return text + (plan.untold.size() > shown ? ", … (all with --json)" : "");
}

void show(Context& context, const RejoinPlan& plan) {
  Console& console = context.console;
  console.note("backup " + std::to_string(plan.note.backup) + ": the log has events to " +
               with_commas(plan.from.value()) + ", Kafka to " +
               with_commas(plan.cursor ? plan.cursor->sequence.value() : 0) + ": " +
               counted(plan.events, "event") + " will be taken back");
  if (plan.untold_records > 0)
    console.note(counted(plan.untold_records, "record") +
                 " of the lost log, of which Kafka tells no event (they changed nothing, or are lost): raw " +
                 ranges_of(plan));
  console.note("what the lost log acknowledged after raw record " + with_commas(plan.last_told.value()) +
               " and had not published is nowhere");
  if (plan.waiting > 0)
    console.note(counted(plan.waiting, "record") + " that came since the restore will be read after that");
}

// Kafka names nobody: who it was, only people know.
std::string forget_again(const RejoinPlan& plan) {
  const std::string known = plan.erasures == 0
                                ? "Kafka tells of no erasure after the backup"
                                : "Kafka tells of " + counted(plan.erasures, "erasure") + " after the backup";
  return known +
         ": the backup holds whoever was forgotten later, so run `calsync forget` once more for each of them";
}

json::object plan_json(const RejoinPlan& plan) {
  json::array untold;
  for (const auto& [first, last] : plan.untold) untold.push_back(json::array{first.value(), last.value()});
  return {{"backup", plan.note.backup},
          {"from", plan.from.value()},
          {"upto", plan.cursor ? plan.cursor->sequence.value() : plan.from.value()},
          {"events", plan.events},
          {"lastToldRaw", plan.last_told.value()},
          {"untoldRecords", plan.untold_records},
          {"untoldRaw", std::move(untold)},
          {"erasures", plan.erasures},
          {"waiting", plan.waiting}};
}

Result<Exit> rejoin(Context& context) {
  CALSYNC_TRY(settings, "rejoin", context.settings({"log", "kafka", "calcom"}));
  CALSYNC_TRY(writer, "rejoin", LogWriter::open(context, settings));
  EventLog& log = *writer.log;
  CALSYNC_TRY(source, "rejoin", source_of(context, settings, log.id()));
  std::optional<RejoinPlan> plan;
  {
    Progress progress(context, "comparing with Kafka");
    CALSYNC_TRY(found, "rejoin", survey_rejoin(log, source, [&](double share) { progress.share(share); }));
    plan = std::move(found);
  }
  if (!plan) {
    context.console.note("this log needs no rejoin: it was not restored, or has rejoined since");
    if (context.globals.json) context.console.line("{}");
    return Exit::done;
  }
  show(context, *plan);
  if (const Exit answer = context.confirm("Rejoin the log at " + settings.log.path + "?");
      answer != Exit::done)
    return answer;
  Progress progress(context, "rejoining");
  CALSYNC_CHECK("rejoin", perform_rejoin(log, source, *plan, context.clock,
                                         [&](double share) { progress.share(share); }));
  context.console.line(context.globals.json ? json::serialize(plan_json(*plan))
                                            : "rejoined: " + counted(plan->events, "event") +
                                                  " taken back, the log ends at event " +
                                                  with_commas(log.head().event.value()) + "; start calsyncd");
  context.console.note(forget_again(*plan));
  return Exit::done;
}
}  // namespace

Action declare_log_rejoin(CLI::App&) {
  return [](Context& context) {
    const auto done = rejoin(context);
    return done ? *done : context.fail(done.error());
  };
}

}  // namespace calsync::cli
