#include "daemon/admin/control.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/option_checks.hpp"
#include "daemon/cli/progress.hpp"
#include "daemon/cli/render.hpp"
#include "daemon/project/project.hpp"
#include "daemon/publish/ownership.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <future>
#include <set>

namespace calsync::cli {

namespace json = boost::json;

namespace {
struct RetryOptions {
  std::vector<std::uint64_t> sequences;
  bool all = false;
};

Result<std::set<std::uint64_t>> quarantined(const EventLog& log) {
  constexpr std::size_t at_once = 500;
  std::set<std::uint64_t> found;
  for (RawSequence after;;) {
    CALSYNC_TRY(entries, "read the quarantine", log.quarantine(after, at_once));
    for (const auto& entry : entries) found.insert(entry.sequence.value());
    if (entries.size() < at_once) return found;
    after = entries.back().sequence;
  }
}

json::object row(std::uint64_t sequence, json::value record, std::string_view outcome,
                 std::string_view reason) {
  return {{"sequence", sequence}, {"record", std::move(record)}, {"outcome", outcome}, {"reason", reason}};
}

// What will be tried, of the asked ones or of the whole quarantine, and rows for what cannot be.
struct Plan {
  std::vector<std::uint64_t> sequences;
  json::array others;
};
Result<Plan> plan(const RetryOptions& options, const EventLog& log) {
  CALSYNC_TRY(known, "choose", quarantined(log));
  Plan result;
  if (options.all) result.sequences.assign(known.begin(), known.end());
  for (const std::uint64_t sequence : options.sequences) {
    if (known.contains(sequence))
      result.sequences.push_back(sequence);
    else if (sequence > log.head().raw.value())
      result.others.push_back(
          row(sequence, nullptr, "not_found", "no raw record " + std::to_string(sequence)));
    else
      result.others.push_back(row(sequence, nullptr, "not_quarantined", "it is not in quarantine"));
  }
  return result;
}

Result<json::array> retry_in_daemon(ControlClient& daemon, const std::vector<std::uint64_t>& sequences,
                                    Progress& progress) {
  json::array all;
  for (std::size_t from = 0; from < sequences.size(); from += retry_sequences_max) {
    const std::size_t to = std::min(sequences.size(), from + retry_sequences_max);
    json::array part;
    for (std::size_t i = from; i < to; ++i) part.emplace_back(sequences[i]);
    CALSYNC_TRY(answer, "retry", daemon.post("/control/retry", json::object{{"sequences", std::move(part)}}));
    const auto* object = answer.if_object();
    const auto* retried = object ? object->if_contains("retried") : nullptr;
    if (retried == nullptr || !retried->if_array())
      return Error{Errc::rejected, "the daemon did not say what became of them"};
    for (const auto& one : retried->as_array()) all.push_back(one);
    progress.count(to, sequences.size());
  }
  return all;
}

Result<void> read_to_the_end(Context& context, LogWriter& writer) {
  EventLog& log = *writer.log;
  std::promise<Error> ended;
  auto failed = ended.get_future();
  const auto projector = Projector::start(log, context.clock, *writer.metrics,
                                          [&ended](Error error) { ended.set_value(std::move(error)); });
  projector->begin();
  while (log.head().normalised < log.head().raw && !context.stop.stop_requested() &&
         failed.wait_for(std::chrono::milliseconds{5}) != std::future_status::ready) {
  }
  projector->stop();
  if (failed.wait_for(std::chrono::seconds{0}) == std::future_status::ready) return failed.get();
  return {};
}

// Without a daemon: append what asks for the retry, let the normaliser read to the end,
// tell what came of each.
Result<json::array> retry_here(Context& context, LogWriter& writer, const std::string& prefix,
                               const std::vector<std::uint64_t>& sequences) {
  EventLog& log = *writer.log;
  std::vector<std::pair<std::uint64_t, RawSequence>> asked;
  for (const std::uint64_t sequence : sequences) {
    RawDelivery delivery;
    delivery.source = RecordSource::retry;
    delivery.content_type = "application/json";
    delivery.received = context.clock.wall();
    delivery.body = json::serialize(json::object{{"retry", sequence}});
    CALSYNC_TRY(appended, "retry", log.append_and_wait(std::move(delivery)));
    asked.emplace_back(sequence, appended.sequence);
  }
  CALSYNC_TRY(published, "retry", log.note(claim_note(prefix)));
  if (published)
    context.console.note("this log has published: calsyncd compares it with Kafka, then reads them");
  else
    CALSYNC_CHECK("normalise", read_to_the_end(context, writer));
  json::array rows;
  for (const auto& [sequence, record] : asked) {
    CALSYNC_TRY(summary, "retry", log.summary(record));
    rows.push_back(row(sequence, record.value(), outcome_text(summary), summary ? summary->reason : ""));
  }
  return rows;
}

bool still_bad(const json::value& one) {
  const auto& outcome = one.at("outcome").as_string();
  return outcome == "quarantined" || outcome == "failed" || outcome == "pending" || outcome == "not_found" ||
         outcome == "not_quarantined";
}

Exit print_retried(Context& context, const json::array& rows) {
  bool bad = false;
  Table table(context.console, {{"SEQUENCE", true}, {"RETRY", true}, {"OUTCOME"}, {"REASON", false, true}});
  for (const auto& one : rows) {
    bad = bad || still_bad(one);
    const auto& record = one.at("record");
    const auto* reason = one.at("reason").if_string();
    table.row({{json::serialize(one.at("sequence"))},
               {record.is_null() ? "-" : json::serialize(record)},
               {std::string(one.at("outcome").as_string()), still_bad(one) ? Paint::bad : Paint::good},
               {reason ? std::string(*reason) : ""}});
  }
  if (context.globals.json)
    context.console.line(json::serialize(rows));
  else
    table.end();
  return bad ? Exit::failed : Exit::done;
}

Exit ask(Context& context, const Plan& plan) {
  const std::size_t found = plan.sequences.size();
  const std::size_t asked = found + plan.others.size();
  const std::string part = asked == found ? "" : with_commas(found) + " of ";
  return context.confirm(part + counted(asked, "record") + (found == 1 ? " is" : " are") +
                         " in quarantine; read " + (found == 1 ? "it" : "them") + " again?");
}

Result<Exit> retry(Context& context, const RetryOptions& options) {
  CALSYNC_TRY(settings, "retry", context.settings({"log.path", "kafka.topic_prefix"}));
  auto daemon = ControlClient::connect(settings.log.path, context.stop);
  if (!daemon && daemon.error().code != Errc::not_found) return daemon.error();
  std::optional<LogWriter> writer;
  Plan work;
  if (daemon) {
    CALSYNC_TRY(reader, "retry", LogReader::open(context, settings));
    CALSYNC_TRY(planned, "retry", plan(options, reader.log()));
    work = std::move(planned);
  } else {
    CALSYNC_TRY(opened, "retry", LogWriter::open(context, settings));
    writer.emplace(std::move(opened));
    CALSYNC_TRY(planned, "retry", plan(options, *writer->log));
    work = std::move(planned);
  }
  if (work.sequences.empty()) {
    if (options.all) context.console.note("the quarantine is empty");
    return print_retried(context, work.others);
  }
  if (const Exit answer = ask(context, work); answer != Exit::done) return answer;
  Progress progress(context, "retrying");
  auto rows = daemon ? retry_in_daemon(*daemon, work.sequences, progress)
                     : retry_here(context, *writer, settings.kafka.topic_prefix, work.sequences);
  if (!rows) return rows.error();
  for (auto& other : work.others) rows->push_back(std::move(other));
  return print_retried(context, *rows);
}
}  // namespace

Action declare_log_retry(CLI::App& app) {
  auto options = std::make_shared<RetryOptions>();
  auto* which =
      app.add_option("SEQUENCE", options->sequences, "raw sequences, as `log quarantine` shows them")
          ->check(whole_number(1));
  auto* all = app.add_flag("--all", options->all, "the whole quarantine")->excludes(which);
  app.callback([which, all] {
    if (which->count() + all->count() == 0) throw CLI::RequiredError("SEQUENCE or --all");
  });
  return [options](Context& context) {
    const auto done = retry(context, *options);
    return done ? *done : context.fail(done.error());
  };
}

}  // namespace calsync::cli
