// A person erased from the log (DESIGN §12.5): what goes, what stays and where, a confirmation, then the erasure.
#include "daemon/care/forget_json.hpp"
#include "daemon/cli/backup_text.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/progress.hpp"
#include "daemon/cli/render.hpp"
#include "daemon/cli/table.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <thread>

namespace calsync::cli {
namespace {

namespace json = boost::json;

struct ForgetWords {
  std::string email;
  bool plan_only = false;
};

Result<ForgetFacts> plan(Context& context, const Settings& settings, const std::string& email) {
  CALSYNC_TRY(reader, "read the log", LogReader::open(context, settings));
  Progress progress(context, "reading the log");
  return plan_forgetting(reader.log(), context.clock.wall(), email,
                         {[&](double share) { progress.share(share); }, context.stop, {}});
}

// They hold the keys of what was erased until they are gone.
std::vector<BackupFacts> backups_that_know(const Settings& settings) {
  if (settings.log.backup.path.empty()) return {};
  auto all = list_backups(settings.log.backup.path);
  return all ? *std::move(all) : std::vector<BackupFacts>{};
}

// What an erasure does not reach (DESIGN §12.5), a sentence each.
std::vector<std::string> what_stays(const Settings& settings, const ForgetFacts& facts) {
  std::vector<std::string> stays;
  if (const auto backups = backups_that_know(settings); !backups.empty())
    stays.push_back("backups keep the keys: " + counted(backups.size(), "backup") + ", the oldest of " +
                    calsync::to_text(backups.front().taken) + " (" + std::to_string(backups.front().id) +
                    "), the newest of " + calsync::to_text(backups.back().taken) +
                    "; they go with log.backup.keep, or delete them by hand, and make a new one");
  if (settings.kafka.present)
    stays.push_back(
        "Kafka's older segments keep what was published until their own retention removes them: " +
        settings.kafka.topic_prefix +
        "booking-state gets tombstones, consumers get booking.erased; the other topics need "
        "a retention.ms, or kafka-delete-records");
  if (facts.in_the_open > 0)
    stays.push_back(counted(facts.in_the_open, "event") +
                    " about the configuration have the address as their key or subject: that stands in "
                    "the hash chain and stays; their content goes");
  return stays;
}

std::string in_words(NamedAs role) {
  switch (role) {
    case NamedAs::host:
    case NamedAs::attendee:
      return calsync::to_text(role);
    case NamedAs::earlier:
      return "was in it";
    case NamedAs::text:
      return "only named in a text";
  }
  return "";
}

void show_bookings(Context& context, const ForgetFacts& facts) {
  Table table(context.console, {{"BOOKING", false, true}, {"START (UTC)"}, {"THE PERSON"}});
  for (const NamedBooking& one : facts.named)
    table.row({{one.uid}, {one.start ? short_time(*one.start) : "-"}, {in_words(one.role)}});
  table.end();
}

void show(Context& context, const ForgetFacts& facts) {
  show_bookings(context, facts);
  context.console.line(counted(facts.records, "record") + " and " + counted(facts.events, "event") +
                       " lose their content; their hashes stay");
  context.console.line(counted(facts.bookings.size(), "booking") +
                       (facts.bookings.size() == 1 ? " keeps" : " keep") +
                       " only what an invoice needs (times, service, other hosts, price, payment)");
}

Result<ForgetFacts> follow(Context& context, ControlClient& daemon, std::uint64_t run) {
  constexpr std::chrono::milliseconds look_again{100};
  Progress progress(context, "erasing");
  for (;;) {
    CALSYNC_TRY(answer, "forget", daemon.get("/control/forget"));
    const json::object& state = answer.as_object();
    const bool ours = state.at("run").to_number<std::uint64_t>() >= run;
    if (ours && !state.at("running").as_bool()) {
      if (const auto* why = state.at("error").if_string())
        return Error{state.at("code") == calsync::to_text(Errc::rejected) ? Errc::rejected : Errc::io,
                     std::string(*why)};
      return forget_facts(state.at("forgotten").as_object());
    }
    progress.share(ours ? state.at("share").to_number<double>() : 0);
    if (context.stop.stop_requested())
      return Error{Errc::cancelled, "interrupted; the daemon goes on with the erasure"};
    std::this_thread::sleep_for(look_again);
  }
}

Result<ForgetFacts> in_daemon(Context& context, ControlClient& daemon, const std::string& email) try {
  CALSYNC_TRY(answer, "forget", daemon.post("/control/forget", json::object{{"email", email}}));
  return follow(context, daemon, answer.as_object().at("run").to_number<std::uint64_t>());
} catch (const std::exception&) {  // Boost.JSON's way of saying that it is not so
  return Error{Errc::rejected, "the daemon did not say what it erased: is it of another version?"};
}

Result<ForgetFacts> in_here(Context& context, const Settings& settings, const std::string& email) {
  CALSYNC_TRY(writer, "forget", LogWriter::open(context, settings));
  Progress progress(context, "erasing");
  return forget_person(*writer.log, context.clock, email,
                       {[&](double share) { progress.share(share); }, context.stop, {}});
}

Result<ForgetFacts> erase(Context& context, const Settings& settings, const std::string& email) {
  auto daemon = ControlClient::connect(settings.log.path, context.stop);
  if (!daemon && daemon.error().code != Errc::not_found) return daemon.error();
  return daemon ? in_daemon(context, *daemon, email) : in_here(context, settings, email);
}

// Nothing found, or something in the way: says so, and how it ends.
std::optional<Exit> ends_here(Context& context, const ForgetFacts& facts) {
  if (facts.nothing()) {
    context.console.note("the log knows nothing of this person");
    return Exit::done;
  }
  if (facts.obstacles.empty()) return std::nullopt;
  if (!context.globals.json) show_bookings(context, facts);
  context.console.note("not now:");
  for (const std::string& obstacle : facts.obstacles) context.console.hint(printable(obstacle));
  return Exit::refused;
}

void print_json(Context& context, const Settings& settings, const ForgetFacts& facts) {
  if (!context.globals.json) return;
  json::object told = forget_json(facts);
  json::array& stays = told["stays"].emplace_array();
  for (const std::string& one : what_stays(settings, facts)) stays.emplace_back(one);
  context.console.line(json::serialize(told));
}

void say_what_was_erased(Context& context, const ForgetFacts& done) {
  if (!context.globals.json)
    context.console.line("erased: " + counted(done.records, "record") + ", " + counted(done.events, "event") +
                         ", " + counted(done.bookings.size(), "booking") +
                         (done.proof ? "; the proof is event " + with_commas(done.proof->value()) : ""));
  if (!done.proof)
    context.console.note(
        "consumers are told (booking.erased, and subject.erased as the proof) when calsyncd runs");
}

// What the log is not ready for, or what has come up since the plan.
Exit refuse_or_fail(Context& context, const Error& error) {
  if (error.code != Errc::rejected) return context.fail(error);
  context.console.error(error);
  return Exit::refused;
}

Result<Exit> forget(Context& context, const ForgetWords& words) {
  if (words.email.find('@') == std::string::npos)
    return context.misused({Errc::rejected, "EMAIL is an e-mail address"});
  CALSYNC_TRY(settings, "forget", context.settings({"log"}));
  const auto planned = plan(context, settings, words.email);
  if (!planned) return refuse_or_fail(context, planned.error());
  const auto end = ends_here(context, *planned);
  if (end || words.plan_only) print_json(context, settings, *planned);
  if (end) return *end;
  if (!context.globals.json) show(context, *planned);
  for (const std::string& one : what_stays(settings, *planned)) context.console.note(one);
  if (words.plan_only) return Exit::done;
  if (const Exit answer = context.confirm("Erase this for good?"); answer != Exit::done) return answer;
  const auto done = erase(context, settings, words.email);
  if (!done) return refuse_or_fail(context, done.error());
  print_json(context, settings, *done);
  say_what_was_erased(context, *done);
  return Exit::done;
}

}  // namespace

Action declare_forget(CLI::App& app) {
  auto words = std::make_shared<ForgetWords>();
  app.add_option("EMAIL", words->email, "the person's e-mail address")->required();
  app.add_flag("--plan", words->plan_only, "only say what would go, and what stays where");
  return [words](Context& context) {
    const auto done = forget(context, *words);
    return done ? *done : context.fail(done.error());
  };
}

}  // namespace calsync::cli
