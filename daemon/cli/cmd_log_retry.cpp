#include "daemon/admin/control.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/progress.hpp"
#include "daemon/cli/render.hpp"
#include "daemon/project/project.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <future>
#include <set>

namespace calsync::cli {

namespace json = boost::json;

namespace {
struct Options {
  std::vector<std::uint64_t> sequences;
  bool all = false;
};

Result<std::set<std::uint64_t>> quarantined(const EventLog& log) {
  constexpr std::size_t page = 500;
  std::set<std::uint64_t> found;
  for (RawSequence after;;) {
    CALSYNC_TRY(entries, "read the quarantine", log.quarantine(after, page));
    for (const auto& entry : entries) found.insert(entry.sequence.value());
    if (entries.size() < page) return found;
    after = entries.back().sequence;
  }
}

// What will be tried: the asked ones, or the whole quarantine.
Result<std::vector<std::uint64_t>> chosen(const Options& options, const EventLog& log) {
  if (!options.all) return options.sequences;
  CALSYNC_TRY(all, "choose", quarantined(log));
  return std::vector<std::uint64_t>(all.begin(), all.end());
}

json::object row(std::uint64_t sequence, json::value record, std::string_view outcome,
                 std::string_view reason) {
  return {{"sequence", sequence}, {"record", std::move(record)}, {"outcome", outcome}, {"reason", reason}};
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

// Without a daemon: append what asks for the retry, let the normaliser read to the end, tell what came of
// each.
Result<json::array> retry_here(Context& context, LogWriter& writer,
                               const std::vector<std::uint64_t>& sequences) {
  EventLog& log = *writer.log;
  CALSYNC_TRY(known, "retry", quarantined(log));
  std::vector<std::pair<std::uint64_t, RawSequence>> asked;
  for (const std::uint64_t sequence : sequences) {
    if (!known.contains(sequence)) continue;
    RawDelivery delivery;
    delivery.source = RecordSource::retry;
    delivery.content_type = "application/json";
    delivery.received = context.clock.wall();
    delivery.body = json::serialize(json::object{{"retry", sequence}});
    CALSYNC_TRY(appended, "retry", log.append_and_wait(std::move(delivery)));
    asked.emplace_back(sequence, appended.sequence);
  }
  std::promise<Error> ended;
  auto failed = ended.get_future();
  const auto projector = Projector::start(log, context.clock, *writer.metrics,
                                          [&ended](Error error) { ended.set_value(std::move(error)); });
  while (log.head().normalised < log.head().raw && !context.stop.stop_requested() &&
         failed.wait_for(std::chrono::milliseconds{5}) != std::future_status::ready) {
  }
  projector->stop();
  if (failed.wait_for(std::chrono::seconds{0}) == std::future_status::ready)
    return failed.get().within("normalise");
  json::array rows;
  for (const std::uint64_t sequence : sequences)
    if (!known.contains(sequence)) rows.push_back(row(sequence, nullptr, "not_quarantined", ""));
  for (const auto& [sequence, record] : asked) {
    CALSYNC_TRY(summary, "retry", log.summary(record));
    rows.push_back(row(sequence, record.value(), outcome_text(summary), summary ? summary->reason : ""));
  }
  return rows;
}

bool still_bad(const json::value& one) {
  const auto& outcome = one.at("outcome").as_string();
  return outcome == "quarantined" || outcome == "failed" || outcome == "pending";
}

Exit print(Context& context, const json::array& rows) {
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

Exit ask(Context& context, std::size_t count) {
  return context.confirm("Read " + with_commas(count) + (count == 1 ? " record" : " records") +
                         " from the quarantine again?");
}

Result<Exit> retry(Context& context, const Options& options) {
  CALSYNC_TRY(settings, "retry", context.settings());
  auto daemon = ControlClient::connect(settings.log.path, context.stop);
  if (!daemon && daemon.error().code != Errc::not_found) return daemon.error();
  std::optional<LogWriter> writer;
  std::vector<std::uint64_t> sequences;
  if (daemon) {
    CALSYNC_TRY(reader, "retry", LogReader::open(context, settings));
    CALSYNC_TRY(picked, "retry", chosen(options, reader.log()));
    sequences = std::move(picked);
  } else {
    CALSYNC_TRY(opened, "retry", LogWriter::open(context, settings));
    writer.emplace(std::move(opened));
    CALSYNC_TRY(picked, "retry", chosen(options, *writer->log));
    sequences = std::move(picked);
  }
  if (sequences.empty()) {
    context.console.note("the quarantine is empty");
    return print(context, {});
  }
  if (const Exit answer = ask(context, sequences.size()); answer != Exit::done) return answer;
  Progress progress(context, "retrying");
  auto rows =
      daemon ? retry_in_daemon(*daemon, sequences, progress) : retry_here(context, *writer, sequences);
  if (!rows) return rows.error();
  return print(context, *rows);
}
}  // namespace

Action declare_log_retry(CLI::App& app) {
  auto options = std::make_shared<Options>();
  auto* which =
      app.add_option("SEQUENCE", options->sequences, "raw sequences, as `log quarantine` shows them")
          ->check(CLI::PositiveNumber.description(""));
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
