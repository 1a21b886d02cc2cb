// What is done with a whole log, timed in this process; the body as of calsync_bench load (load.hpp).
//   calsync_log_bench fill DIRECTORY RECORDS BODY_FILE          appends and reads them
//   calsync_log_bench grow DIRECTORY RECORDS BODY_FILE          as fill, by rules that read nothing and tell one small event each:
//                                                               for what depends on the size of a log alone
//   calsync_log_bench open|verify|rebuild DIRECTORY             verify: what `log rebuild --verify` does
//   calsync_log_bench publish|survey|rejoin DIRECTORY BOOTSTRAP
//   calsync_log_bench backup|restore FROM TO
#include "daemon/project/projection_pass.hpp"
#include "daemon/publish/publish.hpp"
#include "daemon/rejoin/rejoin.hpp"

#include <cstdio>
#include <fstream>
#include <future>
#include <iterator>
#include <thread>

namespace calsync::bench {
namespace {

constexpr std::string_view id_mark = "UNIQUE_ID_0000000000", prefix = "logbench.";
constexpr std::size_t at_once = 256;

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }
  void say(const char* what, std::uint64_t count) const {
    std::printf("%-8s %9llu in %7.2f s: %9.0f/s\n", what, static_cast<unsigned long long>(count), seconds(),
                static_cast<double>(count) / seconds());
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

// No JSON is read: an event and a row of the views for each record, of about the sizes that a small booking has.
Normalised one_small_event(const RawRecord& record, ViewTable& views, EventSequence first_event) {
  const std::string uid = "grown-" + std::to_string(record.sequence.value());
  EventRecord event;
  event.sequence = first_event;
  event.raw = record.sequence;
  event.key = EventKey{uid};
  event.key_sequence = KeySequence{1};
  event.type = "booking.created";
  event.subject = uid;
  event.time = record.received;
  event.value = R"({"uid":")" + uid + R"("})";
  views.put("bench/" + uid, std::string(200, 'v'));
  Normalised out;
  out.events.push_back(std::move(event));
  out.summary.outcome = RecordOutcome::event;
  out.summary.subject = uid;
  return out;
}
constexpr Rules growing[] = {one_small_event, one_small_event};
static_assert(std::size(growing) == normaliser_version);

struct Bench {
  SystemClock clock;
  MetricRegistry metrics;

  Result<std::unique_ptr<EventLog>> open(const std::string& directory) {
    return EventLog::open({.path = directory}, metrics);
  }

  std::string numbered(const std::string& body, std::uint64_t number) {
    std::string id = std::to_string(number), out = body;
    id.insert(0, id_mark.size() - id.size(), '0');
    for (auto at = out.find(id_mark); at != std::string::npos; at = out.find(id_mark, at))
      out.replace(at, id_mark.size(), id);
    return out;
  }

  Result<void> fill(const std::string& directory, std::uint64_t records, const std::string& body_file,
                    RulesByVersion rules) {
    CALSYNC_TRY(log, "fill", open(directory));
    std::ifstream file(body_file);
    const std::string body(std::istreambuf_iterator<char>(file), {});
    const Stopwatch watch;
    for (std::uint64_t made = 0; made < records;) {
      std::vector<std::future<bool>> answers;
      const std::uint64_t there = log->head().raw.value();
      for (std::size_t i = 0; i < at_once && made < records; ++i, ++made) {
        auto answer = std::make_shared<std::promise<bool>>();
        answers.push_back(answer->get_future());
        log->append({RecordSource::webhook, SourceId{"main"}, "application/json", clock.wall(),
                     numbered(body, there + i + 1)},
                    [answer](const Result<Appended>& done) { answer->set_value(done.has_value()); });
      }
      for (auto& answer : answers)
        if (!answer.get()) return Error{Errc::io, "not appended"};
      CALSYNC_TRY(pass, "fill", project_next(*log, at_once, rules));
    }
    while (log->head().normalised < log->head().raw) {
      CALSYNC_TRY(pass, "fill", project_next(*log, at_once, rules));
    }
    watch.say("fill", records);
    return {};
  }

  Result<void> time_open(const std::string& directory) {
    const Stopwatch watch;
    CALSYNC_TRY(log, "open", open(directory));
    std::printf("open     %9llu events in %.3f s\n",
                static_cast<unsigned long long>(log->head().event.value()), watch.seconds());
    return {};
  }

  Result<void> make_anew(const std::string& directory, bool write) {
    CALSYNC_TRY(log, "rebuild", open(directory));
    const Stopwatch watch;
    CALSYNC_TRY(report, "rebuild", write ? rebuild(*log, {}) : verify_rebuild(*log, {}));
    if (report.first_difference) return Error{Errc::corrupt, report.difference};
    watch.say(write ? "rebuild" : "verify", report.records);
    return {};
  }

  Result<void> publish(const std::string& directory, const std::string& bootstrap) {
    CALSYNC_TRY(log, "publish", open(directory));
    PublisherOptions options;
    options.kafka.bootstrap_servers = bootstrap;
    options.kafka.topic_prefix = prefix;
    options.source = "/calsync/local";
    const Stopwatch watch;
    const auto publisher = Publisher::start(
        *log, options, clock, metrics,
        [](PublisherState, const Error& why) { std::fprintf(stderr, "%s\n", why.text().c_str()); });
    const std::uint64_t head = log->head().event.value();
    while (publisher->status().published.value() < head)
      std::this_thread::sleep_for(std::chrono::milliseconds{20});  // between looks
    watch.say("publish", head);
    publisher->stop();
    return {};
  }

  Result<void> rejoin(const std::string& directory, const std::string& bootstrap, bool write) {
    CALSYNC_TRY(log, "rejoin", open(directory));
    RejoinSource source = rejoin_from({bootstrap, {}}, std::string(prefix), log->id(), {});
    const Stopwatch watch;
    CALSYNC_TRY(plan, "survey", survey_rejoin(*log, source, {}));
    if (!plan) return Error{Errc::not_found, "this log needs no rejoin"};
    watch.say("survey", plan->events);
    if (!write) return {};
    CALSYNC_CHECK("rejoin", perform_rejoin(*log, source, *plan, clock, {}));
    watch.say("rejoin", plan->events);
    return {};
  }

  Result<void> backup(const std::string& directory, const std::string& to) {
    CALSYNC_TRY(log, "backup", open(directory));
    CALSYNC_TRY(facts, "backup", log->backup({.directory = to}));
    return {};
  }

  Result<void> run(const std::vector<std::string>& words) {
    const std::string& what = words.at(0);
    if (what == "fill" || what == "grow")
      return fill(words.at(1), std::stoull(words.at(2)), words.at(3),
                  what == "fill" ? all_rules() : RulesByVersion(growing));
    if (what == "open") return time_open(words.at(1));
    if (what == "verify" || what == "rebuild") return make_anew(words.at(1), what == "rebuild");
    if (what == "publish") return publish(words.at(1), words.at(2));
    if (what == "survey" || what == "rejoin") return rejoin(words.at(1), words.at(2), what == "rejoin");
    if (what == "backup") return backup(words.at(1), words.at(2));
    if (what != "restore") return Error{Errc::rejected, "see the head of log_bench.cpp"};
    CALSYNC_TRY(restored, "restore",
                restore_backup({.from = words.at(1), .id = {}, .to = words.at(2)}, clock));
    return {};
  }
};

}  // namespace
}  // namespace calsync::bench

int main(int count, char** values) try {
  calsync::bench::Bench bench;
  const auto done = bench.run({values + 1, values + count});
  if (!done) std::fprintf(stderr, "calsync_log_bench: %s\n", done.error().text().c_str());
  return done ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "calsync_log_bench: %s\n", error.what());
  return 64;
}
