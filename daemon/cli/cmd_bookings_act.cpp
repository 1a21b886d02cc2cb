// bookings cancel, reassign, reschedule, confirm, decline, mark-absent: a plan, a confirmation, then one after the
// other, each with what came of it.
#include "connectors/calcom/booking_action.hpp"
#include "connectors/calcom/paging.hpp"
#include "connectors/calcom/query.hpp"
#include "daemon/cli/booking_targets.hpp"
#include "daemon/cli/calcom_access.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/option_checks.hpp"
#include "daemon/cli/progress.hpp"
#include "daemon/cli/render.hpp"
#include "daemon/reconcile/apply_lock.hpp"
#include "state/events/email.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {
namespace {
namespace json = boost::json;
using Outcome = ActionResult::Outcome;

struct ActWords {
  TargetWords targets;
  BookingAction action;
  std::string start;
  bool round_robin = false;
  std::size_t at_most = 100;
};

struct Step {
  LiveBooking booking;
  std::string already, refused;  // one of them set: nothing is called
};

std::string emails_of(const std::vector<LivePerson>& people) {
  std::string out;
  for (const LivePerson& person : people)
    out += (out.empty() ? "" : ", ") + (person.email.empty() ? person.name : person.email);
  return out.empty() ? "nobody" : out;
}

// --to EMAIL → the user's number.
Result<void> name_host(const CalcomAccess& access, std::int64_t organization, BookingAction& action) {
  if (action.to_email.empty()) return {};
  const std::string path = Query("/v2/organizations/" + std::to_string(organization) + "/users")
                               .add("emails", std::vector<std::string>{action.to_email})
                               .path();
  CALSYNC_TRY(users, "--to", list_all(access.api(), path, ApiUse::interactive));
  for (const auto& [id, row] : users)
    if (const auto* email = row.if_contains("email");
        email && email->is_string() && equal_ignoring_case(std::string(email->get_string()), action.to_email))
      action.to_user_id = id;
  if (action.to_user_id.empty())
    return Error{Errc::not_found,
                 "--to: nobody in the organisation has the e-mail address " + action.to_email};
  return {};
}

std::vector<Step> steps_for(const BookingAction& action, std::vector<LiveBooking> found, Instant now,
                            bool named) {
  std::vector<Step> steps;
  for (LiveBooking& booking : found) {
    Step step{std::move(booking), {}, {}};
    step.already = already_so(action, step.booking);
    if (step.already.empty()) step.refused = cannot(action, step.booking, now);
    // A filter means those that it makes sense for; whoever is named is answered for.
    if (named || (step.already.empty() && step.refused.empty())) steps.push_back(std::move(step));
  }
  return steps;
}

void show_step(Context& context, const BookingAction& action, const Step& step) {
  const LiveBooking& booking = step.booking;
  std::string line = booking.uid + "  " + short_time(booking.start) + " UTC  " + booking.title + "  host " +
                     emails_of(booking.hosts) + "  with " + emails_of(booking.attendees);
  if (!step.already.empty()) line += "  (" + step.already + ": nothing to do)";
  if (!step.refused.empty()) line += "  (cannot: " + step.refused + ")";
  context.console.hint(printable(line));
  if (!step.already.empty() || !step.refused.empty()) return;
  for (const std::string& consequence : consequences(action, booking))
    context.console.hint("  - " + consequence);
}

std::size_t show_plan(Context& context, const BookingAction& action, const std::vector<Step>& steps) {
  std::size_t calls = 0, people = 0;
  for (const Step& step : steps) {
    if (!step.already.empty() || !step.refused.empty()) continue;
    ++calls;
    people += step.booking.attendees.size() + step.booking.hosts.size();
  }
  std::string head = std::string(to_text(action.kind)) + " " + counted(calls, "booking");
  if (!action.to_email.empty()) head += " to " + action.to_email;
  if (action.start) head += " to " + to_text(*action.start);
  context.console.note(printable(head) + ":");
  for (const Step& step : steps) show_step(context, action, step);
  if (calls > 0 && action.kind != ActionKind::mark_absent)
    context.console.note("Cal.com e-mails the hosts and attendees: " + std::to_string(people) +
                         (people == 1 ? " person" : " people"));
  return calls;
}

struct Done {
  const Step* step;
  ActionResult result;
};

std::vector<Done> act_on(Context& context, CalcomApi& api, const BookingAction& action,
                         const std::vector<Step>& steps) {
  std::vector<Done> out;
  Progress progress(context, to_text(action.kind));
  for (const Step& step : steps) {
    if (!step.already.empty())
      out.push_back({&step, {Outcome::already, step.already, {}}});
    else if (!step.refused.empty())
      out.push_back({&step, {Outcome::failed, step.refused, {}}});
    else if (context.stop.stop_requested())
      out.push_back({&step, {Outcome::failed, "not begun: interrupted", {}}});
    else
      out.push_back({&step, perform(api, action, step.booking, ApiUse::interactive)});
    progress.count(out.size(), steps.size());
  }
  return out;
}

void print_done(Context& context, const std::vector<Done>& all) {
  if (context.globals.json) {
    json::array list;
    for (const Done& one : all)
      list.push_back(json::object{
          {"uid", one.step->booking.uid},
          {"outcome", to_text(one.result.outcome)},
          {"message", one.result.message.empty() ? json::value(nullptr) : json::value(one.result.message)},
          {"newUid", one.result.new_uid.empty() ? json::value(nullptr) : json::value(one.result.new_uid)}});
    return context.console.line(json::serialize(list));
  }
  Table table(context.console, {{"UID"}, {"OUTCOME"}, {"NEW UID"}, {"WHY", false, true}});
  for (const Done& one : all) {
    const bool good = one.result.outcome == Outcome::done || one.result.outcome == Outcome::already;
    table.row({{printable(one.step->booking.uid)},
               {to_text(one.result.outcome), good ? Paint::good : Paint::bad},
               {one.result.new_uid.empty() ? "-" : printable(one.result.new_uid)},
               {one.result.message.empty() ? "-" : printable(one.result.message)}});
  }
  table.end();
}

Exit exit_of(const std::vector<Done>& all) {
  std::size_t bad = 0, changed = 0;
  for (const Done& one : all) {
    bad += one.result.outcome == Outcome::failed || one.result.outcome == Outcome::unknown ? 1U : 0U;
    changed += one.result.outcome == Outcome::done ? 1U : 0U;
  }
  if (bad == 0) return Exit::done;
  return changed > 0 ? Exit::partly : Exit::failed;
}

Result<void> read_start(const ActWords& words, BookingAction& action) {
  if (action.kind != ActionKind::reschedule) return {};
  CALSYNC_TRY(start, "--start", parse_instant(words.start));
  action.start = start;
  return {};
}

Result<Exit> act(Context& context, const ActWords& words) {
  BookingAction action = words.action;
  CALSYNC_CHECK("read options", read_start(words, action));
  CALSYNC_TRY(settings, "act", context.settings({"log.path", "calcom"}));
  CALSYNC_TRY(access, "act", CalcomAccess::open(context, settings, CalcomNeed::changing));
  const std::int64_t organization = settings.calcom.organization_id;
  CALSYNC_CHECK("act", name_host(access, organization, action));
  CALSYNC_TRY(found, "act", find_targets(access.api(), organization, words.targets));
  const auto steps = steps_for(action, std::move(found), context.clock.wall(), !words.targets.uids.empty());
  if (steps.empty()) {
    context.console.note("nothing matches");
    if (context.globals.json) context.console.line("[]");
    return Exit::done;
  }
  const std::size_t calls = show_plan(context, action, steps);
  if (calls > words.at_most) {
    context.console.note("refused: " + counted(calls, "booking") + " are more than --at-most " +
                         std::to_string(words.at_most));
    return Exit::refused;
  }
  if (calls > 0)
    if (const Exit answer =
            context.confirm(std::string(to_text(action.kind)) + " " + counted(calls, "booking") + "?");
        answer != Exit::done)
      return answer;
  CALSYNC_TRY(only_one, "act", ApplyLock::take(settings.log.path));
  const auto done = act_on(context, access.api(), action, steps);
  print_done(context, done);
  return exit_of(done);
}

std::shared_ptr<ActWords> declare_action(CLI::App& app, ActionKind kind, const char* reason) {
  auto words = std::make_shared<ActWords>();
  words->action.kind = kind;
  declare_targets(app, words->targets);
  if (reason != nullptr) app.add_option("--reason", words->action.reason, reason)->type_name("TEXT");
  app.callback([words] { must_name_targets(words->targets); });
  app.add_option("--at-most", words->at_most, "refuse (exit code 3) where more bookings would be touched")
      ->check(whole_number(1))
      ->capture_default_str();
  return words;
}

Action action_of(const std::shared_ptr<ActWords>& words) {
  return [words](Context& context) {
    const auto done = act(context, *words);
    return done ? *done : context.fail(done.error());
  };
}

void declare_seat(CLI::App& app, ActWords& words) {
  app.add_option("--seat", words.action.seat_uid, "only this seat of a booking with seats")
      ->type_name("SEAT");
}

}  // namespace

Action declare_bookings_cancel(CLI::App& app) {
  auto words = declare_action(app, ActionKind::cancel, "what clients are told");
  declare_seat(app, *words);
  app.add_flag("--subsequent", words->action.subsequent, "the later occurrences of its series, too");
  return action_of(words);
}

Action declare_bookings_reassign(CLI::App& app) {
  auto words = declare_action(app, ActionKind::reassign, "why, for the record");
  auto* to = app.add_option("--to-host", words->action.to_email, "the new host")->type_name("EMAIL");
  auto* any = app.add_flag("--round-robin", words->round_robin, "let Cal.com choose the host")->excludes(to);
  app.callback([words, to, any] {
    must_name_targets(words->targets);
    if (to->count() + any->count() == 0) throw CLI::RequiredError("--to-host or --round-robin");
  });
  return action_of(words);
}

Action declare_bookings_reschedule(CLI::App& app) {
  auto words = declare_action(app, ActionKind::reschedule, "what clients are told");
  declare_seat(app, *words);
  app.add_option("--start", words->start, "the new start, with its offset: 2026-11-20T09:30:00Z")
      ->type_name("TIME")
      ->required()
      ->check(readable(parse_instant));
  app.callback([words] {
    must_name_targets(words->targets);
    if (words->targets.uids.size() != 1)
      throw CLI::ValidationError("UID", "one booking only: all would move to the same time");
  });
  return action_of(words);
}

Action declare_bookings_confirm(CLI::App& app) {
  return action_of(declare_action(app, ActionKind::confirm, nullptr));
}

Action declare_bookings_decline(CLI::App& app) {
  return action_of(declare_action(app, ActionKind::decline, "what clients are told"));
}

Action declare_bookings_mark_absent(CLI::App& app) {
  auto words = declare_action(app, ActionKind::mark_absent, nullptr);
  auto* host = app.add_flag("--absent-host", words->action.absent_host, "the host was not there");
  auto* people =
      app.add_option("--absent", words->action.absent, "this attendee was not there")->type_name("EMAIL");
  app.add_flag("--present", words->action.present, "take it back: they were there");
  app.callback([words, host, people] {
    must_name_targets(words->targets);
    if (host->count() + people->count() == 0) throw CLI::RequiredError("--absent-host or --absent");
  });
  return action_of(words);
}

}  // namespace calsync::cli
