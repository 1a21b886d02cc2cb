#include "daemon/cli/command.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/progress.hpp"
#include "daemon/cli/replay_target.hpp"
#include "daemon/cli/scan.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {

namespace json = boost::json;

namespace {
struct ReplayOptions {
  FilterWords words;
  std::string suffix, file;
  bool to_file = false;  // which of both was named; an empty word says nothing of that
  bool append = false;   // to topics that hold records already
};

struct Count {
  std::uint64_t events = 0, erased = 0;
  std::map<Topic, std::uint64_t> by_topic;
  EventSequence first, last;
};

std::string file_name_problem(const std::string& name) {
  if (name.empty()) return "an empty name is no file's: name one, or - for standard output";
  if (name.size() > 1 && name.front() == '-') return name + " looks like an option: write ./" + name;
  return "";
}

// A suffix that cannot give a live topic's name: "" is one, and so is what makes another of ours (DESIGN §8).
std::string suffix_problem(const std::string& suffix) {
  if (suffix.empty()) return "an empty suffix names the live topics: replays never go there";
  if (suffix.front() == '-') return "a suffix does not begin with -: " + suffix + " looks like an option";
  if (suffix.size() > 100 ||
      suffix.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") !=
          std::string::npos)
    return "a suffix is 1 to 100 of a-z A-Z 0-9 . _ -";
  for (const char* live : {"booking-state", "cursor"})
    for (const auto topic : all_topics)
      if (to_text(topic) + suffix == live) return "this suffix names the live topic " + std::string(live);
  return "";
}

Result<Count> count(const EventLog& log, const EventFilter& filter, const ScanOptions& scan) {
  Count result;
  CALSYNC_CHECK("count", each_event(log, filter, scan, [&](const StoredEvent& stored) -> Result<bool> {
                  if (result.first.value() == 0) result.first = stored.event.sequence;
                  result.last = stored.event.sequence;
                  ++result.events;
                  result.erased += stored.event.erased ? 1 : 0;
                  ++result.by_topic[stored.event.topic];
                  return true;
                }));
  return result;
}

std::string describe(const Count& count) {
  std::string text = counted(count.events, "event");
  if (count.events > 0)
    text += " (" + std::to_string(count.first.value()) + " to " + std::to_string(count.last.value()) + ":";
  for (const auto& [topic, number] : count.by_topic)
    text += " " + std::string(to_text(topic)) + " " + with_commas(number);
  if (count.events > 0) text += ")";
  if (count.erased > 0) text += ", " + with_commas(count.erased) + " of them erased: as event.erased";
  return text;
}

TopicTarget topics_of(const Settings& settings, const ReplayOptions& options, const Count& what) {
  TopicTarget target;
  target.kafka = settings.kafka;
  target.suffix = options.suffix;
  for (const auto& [topic, number] : what.by_topic) target.topics.push_back(topic);
  return target;
}

Result<void> copy(Context& context, const EventLog& log, const EventFilter& filter, ScanOptions scan,
                  const Count& what, ReplayTarget& target) {
  Progress progress(context, "replaying");
  std::uint64_t done = 0;
  scan.told = {};
  CALSYNC_CHECK("copy", each_event(log, filter, scan, [&](const StoredEvent& stored) -> Result<bool> {
                  if (auto put = target.put(stored); !put) return std::move(put).error().within("put");
                  progress.count(++done, what.events);
                  return stored.event.sequence < what.last;  // what came after the count is not replayed
                }));
  return {};
}

void report(Context& context, const ReplayOptions& options, const Count& what, std::uint64_t oversize) {
  const bool to_output = options.to_file && options.file == "-";
  if (context.globals.json && !to_output) {
    json::object object{{"events", what.events}, {"erased", what.erased}, {"oversize", oversize}};
    object[options.to_file ? "file" : "suffix"] = options.to_file ? options.file : options.suffix;
    return context.console.line(json::serialize(object));
  }
  context.console.note("replayed " + describe(what));
  if (oversize > 0)
    context.console.note(counted(oversize, "event") + " too large for the topic: there as event.oversize");
}

// What shows before the log is opened; nullopt: go on.
std::optional<Exit> refused(Context& context, const Settings& settings, const ReplayOptions& options) {
  const auto refuse = [&context](const std::string& why, Exit exit) {
    context.console.error({Errc::rejected, why});
    return exit;
  };
  const std::string wrong =
      options.to_file ? file_name_problem(options.file) : suffix_problem(options.suffix);
  if (!wrong.empty())  // seen when the words were read; nothing may get past here all the same
    return refuse(wrong, Exit::refused);
  if (options.to_file) return std::nullopt;
  if (!settings.kafka.present)
    return refuse("the settings have no section kafka: there are no topics to replay into; use --to-file",
                  Exit::failed);
  if (settings.kafka.mode == KafkaMode::embedded)
    return refuse("the demo broker takes no new topics: use --to-file, or kafka.mode: cluster",
                  Exit::refused);
  return std::nullopt;
}

// Two replays in one topic cannot be told apart afterwards: only where that is wanted.
Result<Exit> look_at_topics(Context& context, const TopicTarget& target, const ReplayOptions& options) {
  CALSYNC_TRY(topic, "look at the topics", topic_with_records(target));
  if (!topic) return Exit::done;
  if (options.append) {
    context.console.note("topic " + *topic + " holds records already: these are added");
    return Exit::done;
  }
  context.console.error(
      {Errc::rejected, "topic " + *topic +
                           " holds records already: name another suffix, or add to them with "
                           "--append"});
  return Exit::refused;
}

Result<Settings> settings_for(Context& context, const ReplayOptions& options) {
  if (options.to_file) return context.settings({"log.path", "calcom"});
  return context.settings({"log.path", "calcom", "kafka"});
}

// Says what would be done and where, and asks. done: go on.
Result<Exit> ask(Context& context, const Settings& settings, const ReplayOptions& options, const Count& what,
                 const std::string& trimmed) {
  const std::string place = !options.to_file ? "topics " + settings.kafka.topic_prefix + "*" + options.suffix
                            : options.file == "-" ? "standard output"
                                                  : options.file;
  context.console.note(describe(what) + " into " + place);
  if (!trimmed.empty()) context.console.note("not among them: " + trimmed);
  if (!options.to_file) {
    CALSYNC_TRY(looked, "ask", look_at_topics(context, topics_of(settings, options, what), options));
    if (looked != Exit::done) return looked;
  }
  return context.confirm("Replay them?");
}

Result<Count> count_all(Context& context, const EventLog& log, const EventFilter& filter, ScanOptions scan) {
  Progress counting(context, "counting");
  scan.told = [&](std::uint64_t done, std::uint64_t total) { counting.count(done, total); };
  return count(log, filter, scan);
}

Result<Exit> replay(Context& context, const ReplayOptions& options) {
  CALSYNC_TRY(settings, "replay", settings_for(context, options));
  if (const auto exit = refused(context, settings, options)) return *exit;
  std::unique_ptr<ReplayTarget> target;  // a file is opened first: its folder may be root's, the log is not
  if (options.to_file) {
    CALSYNC_TRY(file, "replay", replay_to_file(context, options.file));
    target = std::move(file);
  }
  CALSYNC_TRY(reader, "replay", LogReader::open(context, settings));
  CALSYNC_TRY(filter, "replay", event_filter(options.words, context.clock.wall(), reader.log()));
  ScanOptions scan;
  scan.stop = context.stop;
  CALSYNC_TRY(what, "replay", count_all(context, reader.log(), filter, scan));
  if (what.events == 0) {  // the target goes with what it began
    if (context.globals.json && options.file != "-") report(context, options, what, 0);
    context.console.note("nothing matches");
    return Exit::done;
  }
  const LogCut cut = reader.log().cut();
  const bool reaches_back = options.words.from <= cut.event.value();
  CALSYNC_TRY(answer, "replay",
              ask(context, settings, options, what, reaches_back ? trimmed_words(cut) : ""));
  if (answer != Exit::done) return answer;
  if (!target) {
    CALSYNC_TRY(topics, "replay", replay_to_topics(context, topics_of(settings, options, what)));
    target = std::move(topics);
  }
  target->set_origin(reader.log().id(), event_source(settings));
  CALSYNC_CHECK("replay", copy(context, reader.log(), filter, scan, what, *target));
  CALSYNC_CHECK("replay", target->finish());
  report(context, options, what, target->oversize());
  return Exit::done;
}
}  // namespace

Action declare_log_replay(CLI::App& app) {
  auto options = std::make_shared<ReplayOptions>();
  declare_filters(app, options->words, FilterSet::events);
  auto* suffix =
      app.add_option("--to-topic-suffix", options->suffix, "into <prefix><topic>SUFFIX, as .replay-1")
          ->type_name("SUFFIX")
          ->check(suffix_problem);
  auto* file = app.add_option("--to-file", options->file, "into this new file; - is standard output")
                   ->type_name("FILE")
                   ->check(file_name_problem)
                   ->excludes(suffix);
  app.add_flag("--append", options->append, "into these topics also where they hold records already")
      ->needs(suffix);
  app.callback([options, suffix, file] {
    if (suffix->count() + file->count() != 1) throw CLI::RequiredError("--to-topic-suffix or --to-file");
    options->to_file = file->count() > 0;
  });
  return [options](Context& context) {
    const auto done = replay(context, *options);
    return done ? *done : context.fail(done.error());
  };
}

}  // namespace calsync::cli
