// Somebody leaves: see daemon/people/offboarding.hpp.
#include "config/resources/values.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/organisation.hpp"
#include "daemon/cli/write_file.hpp"
#include "daemon/people/offboarding.hpp"
#include "daemon/reconcile/apply_lock.hpp"
#include "state/events/email.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {
namespace {

struct OffboardWords {
  std::string email, to, evidence, folder, confirmed;
  bool round_robin = false, cancel = false, delete_account = false;
};

void show_plan(Context& context, const FutureHosting& hosting, const LiveState& live,
               const OffboardWords& words) {
  context.console.note(printable(words.email) +
                       " leaves: nothing of theirs is created or healed from now on (a hold), then");
  context.console.hint("time off for a year from today");
  context.console.hint(std::to_string(hosting.organised.size()) + " bookings of the future reassigned " +
                       (words.to.empty() ? std::string("by the round robin") : "to " + printable(words.to)) +
                       "; Cal.com e-mails hosts and clients");
  for (const LiveBooking& booking : hosting.organised)
    context.console.hint("  " + booking.uid + "  " + to_text(booking.start) + "  " +
                         printable(booking.title));
  for (const LiveBooking& booking : hosting.joined)
    context.console.hint("  " + booking.uid + "  " + to_text(booking.start) + "  " +
                         printable(booking.title) + "  (a co-host: for a person to change)");
  for (const Resource* type : hosted_by(live, lower_ascii(words.email)))
    context.console.hint("off the hosts of " + printable(type->address));
  context.console.hint(words.delete_account
                           ? "their account deleted, with its past bookings"
                           : "out of the organisation and its teams; the account and past bookings stay");
}

// What goes with the account, by name, and the words that say so: `--yes` is not enough for that.
bool is_confirmed(Context& context, const std::vector<LiveBooking>& lost, const OffboardWords& words) {
  const std::string phrase = lower_ascii(words.email) + " loses " + std::to_string(lost.size()) + " bookings";
  if (words.confirmed == phrase) return true;
  for (const LiveBooking& booking : lost)
    context.console.hint("  " + booking.uid + "  " + to_text(booking.start) + "  " + booking.status + "  " +
                         printable(booking.title));
  if (!words.confirmed.empty())
    context.console.note("\"" + printable(words.confirmed) + "\" is not what is to be confirmed");
  context.console.note("deleting the account deletes these " + std::to_string(lost.size()) +
                       " bookings at Cal.com and cannot be undone: if that is wanted, run it again with "
                       "--confirm \"" +
                       printable(phrase) + "\"");
  return false;
}

void show(Context& context, const Evidence& evidence) {
  const boost::json::object told = to_json(evidence);
  if (context.globals.json) return context.console.line(boost::json::serialize(told));
  for (const auto& one : told.at("bookings").get_array())
    context.console.line(text_in(one.get_object(), "outcome") + "  " + text_in(one.get_object(), "uid") +
                         "  " + printable(text_in(one.get_object(), "message")));
  for (const auto& one : evidence.left)
    context.console.line(context.console.paint(Paint::bad, "left ") + " " + one.booking.uid + "  " +
                         to_text(one.booking.start) + "  " + printable(one.why));
  for (const auto& address : evidence.only_host)
    context.console.line(context.console.paint(Paint::bad, "the only host of ") + printable(address) +
                         ": give it another one, or hide it, then run this again");
  context.console.line(
      evidence.complete()
          ? context.console.paint(Paint::good, "off-boarded") + ": no booking of the future is theirs, and " +
                (evidence.account_deleted() ? "their account is deleted" : "they are out of the organisation")
          : context.console.paint(Paint::warn, "not complete") +
                ": the hold stays; run it again when what is left is dealt with");
}

// Git is the last to know: until the files drop the person they are held.
void propose(Context& context, const OffboardWords& words) {
  if (words.folder.empty()) {
    context.console.note(
        "now take them out of the configuration's files: until then the hold keeps plans from making them "
        "anew");
    return;
  }
  const auto files = read_config_folder(words.folder);
  if (!files) return context.console.error(files.error());
  context.console.note("the configuration names them in these places, to be taken out:");
  for (const SourceFile& file : *files) {
    std::istringstream lines(file.text);
    std::size_t number = 0;
    for (std::string line; std::getline(lines, line);) {
      ++number;
      if (lower_ascii(line).find(lower_ascii(words.email)) != std::string::npos)
        context.console.hint(file.path + ":" + std::to_string(number) + ": " + printable(line));
    }
  }
}

Result<void> name_successor(const LiveState& live, OffboardWish& wish) {
  if (wish.to_email.empty()) return {};
  const auto id = live.names.id_of("user", "", wish.to_email);
  if (!id) return Error{Errc::not_found, "--to: " + wish.to_email + " is nobody of the organisation"};
  wish.to_user_id = *id;
  return {};
}

Result<Exit> release(Context& context, const OffboardWords& words, CalcomAccess& access,
                     const OwnState& own) {
  const std::string email = lower_ascii(words.email);
  if (!own.held.contains(email)) return Error{Errc::not_found, words.email + " is not being off-boarded"};
  CALSYNC_CHECK("release", access.note(released_record(email, "cancelled")));
  context.console.note(
      "the hold is over; time off and reassigned bookings stay as they are: see `calsync ooo list " +
      words.email + "`");
  return Exit::done;
}

// What the log knows of it: that they are held, and what earlier runs did.
struct Known {
  OwnState own;
  std::vector<boost::json::object> steps;
};
Result<Known> known_here(Context& context, const Settings& settings, const CalcomAccess& access,
                         const std::string& email) {
  const auto read = [&](const EventLog& log) -> Result<Known> {
    CALSYNC_TRY(own, "read the log", read_own_state(log));
    CALSYNC_TRY(steps, "read the log", read_saga(log, email));
    return Known{std::move(own), std::move(steps)};
  };
  if (access.log() != nullptr) return read(*access.log());
  CALSYNC_TRY(reader, "read the log", LogReader::open(context, settings));
  return read(reader.log());
}

// Those that the account takes with it: what is still to come has gone to others by then.
Result<std::vector<LiveBooking>> lost_with_account(Context& context, const Settings& settings,
                                                   const CalcomAccess& access, const std::string& email) {
  CALSYNC_TRY(all, "bookings", all_hosting(access.api(), settings.calcom.organization_id, email));
  const Instant now = context.clock.wall();
  std::erase_if(all, [now](const LiveBooking& one) { return one.is_active() && one.end > now; });
  return all;
}

Result<void> write_evidence(Context& context, const OffboardWords& words, const Evidence& evidence) {
  if (words.evidence.empty()) return {};
  CALSYNC_CHECK("write the evidence",
                write_whole_file(words.evidence, boost::json::serialize(to_json(evidence)) + "\n"));
  context.console.note("the evidence is in " + words.evidence);
  return {};
}

Result<void> refuse_key_owner(const LiveState& live, const std::string& email) {
  if (email != live.key_owner) return {};
  return Error{
      Errc::rejected,
      "the API key is theirs: make one of somebody else first, put it into calcom.api_key, then off-board"};
}

Result<Exit> run(Context& context, const OffboardWords& words) {
  CALSYNC_TRY(settings, "off-board", context.settings({"calcom", "log.path"}));
  CALSYNC_TRY(access, "off-board", CalcomAccess::open(context, settings, CalcomNeed::changing));
  OffboardWish wish{.email = lower_ascii(words.email), .to_email = lower_ascii(words.to)};
  CALSYNC_TRY(known, "off-board", known_here(context, settings, access, wish.email));
  if (words.cancel) return release(context, words, access, known.own);
  CALSYNC_TRY(live, "read the live organisation",
              read_live(access.api(), {.organization = settings.calcom.organization_id}));
  CALSYNC_CHECK("off-board", refuse_key_owner(live, wish.email));
  const bool is_member = live.resources.contains("user/" + wish.email),
             is_held = known.own.held.contains(wish.email);
  // A run that was killed behind the deletion of their account is gone on with by the same words.
  const bool is_to_end = is_held && (!words.delete_account || was_deleting_account(known.steps));
  if (!is_member && !is_to_end)
    return Error{Errc::not_found,
                 words.email + " is nobody of the organisation" +
                     (words.delete_account ? ": only they themselves can delete their account now" : "")};
  CALSYNC_CHECK("off-board", name_successor(live, wish));
  CALSYNC_TRY(
      hosting, "bookings",
      future_hosting(access.api(), settings.calcom.organization_id, wish.email, live, context.clock.wall()));
  show_plan(context, hosting, live, words);
  if (words.delete_account && is_member) {
    CALSYNC_TRY(lost, "bookings", lost_with_account(context, settings, access, wish.email));
    if (!is_confirmed(context, lost, words)) return Exit::refused;
    wish.account_with = lost.size();
  }
  if (const Exit asked = context.confirm("Off-board " + printable(words.email) + "?"); asked != Exit::done)
    return asked;
  CALSYNC_TRY(only_one, "off-board", ApplyLock::take(settings.log.path));
  const OffboardParts parts{.api = access.api(),
                            .settings = settings,
                            .clock = context.clock,
                            .live = live,
                            .held = is_held,
                            .before = std::move(known.steps),
                            .note = [&](const std::string& record) { return access.note(record); },
                            .tell = [&](const std::string& step) { context.console.hint(printable(step)); },
                            .stop = context.stop};
  CALSYNC_TRY(evidence, "off-board", offboard(parts, wish));
  show(context, evidence);
  CALSYNC_CHECK("off-board", write_evidence(context, words, evidence));
  if (!evidence.complete()) return Exit::partly;
  propose(context, words);
  return Exit::done;
}

}  // namespace

Action declare_offboard(CLI::App& app) {
  auto words = std::make_shared<OffboardWords>();
  app.add_option("EMAIL", words->email, "who leaves")->required();
  auto* to = app.add_option("--to", words->to, "who takes all their bookings")->type_name("EMAIL");
  auto* round_robin = app.add_flag("--round-robin", words->round_robin,
                                   "each booking goes to another host of its round robin");
  auto* cancel = app.add_flag("--cancel", words->cancel, "they stay after all: ends the hold");
  to->excludes(round_robin)->excludes(cancel);
  round_robin->excludes(cancel);
  auto* account = app.add_flag("--delete-account", words->delete_account,
                               "delete their account, too, and with it every booking that they hosted");
  app.add_option("--confirm", words->confirmed, "of --delete-account: the words that it asks for")
      ->type_name("WORDS")
      ->needs(account);
  account->excludes(cancel);
  app.add_option("--evidence", words->evidence,
                 "write what was done and found, by all runs, to this file (personal data)")
      ->type_name("FILE");
  app.add_option("--dir", words->folder, "the configuration's folder: says where it names them")
      ->type_name("DIR");
  app.callback([words] {
    if (words->to.empty() && !words->round_robin && !words->cancel)
      throw CLI::RequiredError("--to EMAIL or --round-robin (or --cancel)");
  });
  return [words](Context& context) {
    const auto done = run(context, *words);
    return done ? *done : context.fail(done.error());
  };
}

}  // namespace calsync::cli
