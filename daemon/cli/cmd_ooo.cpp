// Time off of people: add, edit, rm. Nothing of it becomes ours: what files declare is theirs (DESIGN §4).
#include "config/plan/diff.hpp"
#include "config/plan/import.hpp"
#include "config/resources/values.hpp"
#include "connectors/calcom/booking_action.hpp"
#include "daemon/cli/booking_targets.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/make_changes.hpp"
#include "daemon/cli/option_checks.hpp"
#include "daemon/cli/plan_impact.hpp"
#include "daemon/cli/time_off.hpp"
#include "daemon/reconcile/apply_lock.hpp"
#include "state/events/email.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {
namespace {

namespace json = boost::json;

struct OooWords {
  std::string email, range;  // "2026-12-20..2026-12-31": which one
  std::string from, to, reason, notes, stand_in;
  bool reassign = false;
};

struct Opened {
  Settings settings;
  CalcomAccess access;
  LiveState live;
};

Result<std::unique_ptr<Opened>> open(Context& context) {
  CALSYNC_TRY(settings, "time off", context.settings({"calcom", "log.path"}));
  CALSYNC_TRY(access, "time off", CalcomAccess::open(context, settings, CalcomNeed::changing));
  auto out = std::make_unique<Opened>(Opened{std::move(settings), std::move(access), {}});
  CALSYNC_TRY(live, "read people and time off",
              read_live(out->access.api(), {.organization = out->settings.calcom.organization_id,
                                            .use = ApiUse::interactive,
                                            .people_only = true}));
  out->live = std::move(live);
  return out;
}

// What the options leave out stays as it is.
json::object fields_of(const OooWords& words, json::object before) {
  const auto take = [&](const char* name, const std::string& value) {
    if (!value.empty()) before[name] = value;
  };
  take("user", lower_ascii(words.email));
  take("start", words.from);
  take("end", words.to);
  take("reason", words.reason);
  take("notes", words.notes);
  take("redirectTo", lower_ascii(words.stand_in));
  return before;
}

// As files would say it, read as files are: the same rules hold.
Result<Resource> wanted(const json::object& fields) {
  json::object user{{"email", fields.at("user")}};
  json::array users{std::move(user)};
  if (const std::string stand_in = text_in(fields, "redirectTo"); !stand_in.empty())
    users.push_back(json::object{{"email", stand_in}});
  CALSYNC_TRY(
      desired, "time off",
      desired_of("users: " + json::serialize(users) + "\noutOfOffice: [" + json::serialize(fields) + "]\n"));
  for (auto& [address, resource] : desired.resources)
    if (resource.kind->name == "outOfOffice") return std::move(resource);
  return Error{Errc::rejected, "no time off was described"};
}

Result<const Resource*> find(const LiveState& live, const OooWords& words) {
  const std::string address = "outOfOffice/" + lower_ascii(words.email) + "/" + words.range;
  const auto at = live.resources.find(address);
  if (at != live.resources.end()) return &at->second;
  return Error{Errc::not_found, words.email + " has no time off " + words.range + ": `calsync ooo list " +
                                    words.email + "` says which there are"};
}

Result<void> must_be_members(const LiveState& live, const json::object& fields) {
  for (const char* name : {"user", "redirectTo"})
    if (const std::string email = text_in(fields, name);
        !email.empty() && !live.resources.contains("user/" + email))
      return Error{Errc::not_found, email + " is nobody of the organisation"};
  return {};
}

Desired only(const Resource& resource) {
  Desired desired;
  desired.resources.emplace(resource.address, resource);
  return desired;
}

// Bookings inside of the time off, to others of the round robin: asked for, as clients get e-mails.
Result<Exit> reassign(Context& context, const Opened& opened, const json::object& fields) {
  TargetWords inside;
  inside.host = text_in(fields, "user");
  inside.from = text_in(fields, "start");
  inside.to = text_in(fields, "end");
  CALSYNC_TRY(bookings, "bookings inside",
              find_targets(opened.access.api(), opened.settings.calcom.organization_id, inside));
  if (bookings.empty()) return Exit::done;
  const BookingAction action{.kind = ActionKind::reassign, .reason = "the host is away"};
  const Exit asked = context.confirm("Reassign " + std::to_string(bookings.size()) +
                                     " bookings inside (Cal.com e-mails hosts and clients)?");
  if (asked != Exit::done) return asked;
  CALSYNC_TRY(only_one, "reassign", ApplyLock::take(opened.settings.log.path));
  bool all = true;
  for (const LiveBooking& booking : bookings) {
    if (context.stop.stop_requested())
      return Error{Errc::cancelled,
                   "interrupted between two bookings: the time off is there; `calsync bookings "
                   "reassign` goes on with those that are left"};
    const auto result = perform(opened.access.api(), action, booking, ApiUse::interactive);
    const bool good =
        result.outcome == ActionResult::Outcome::done || result.outcome == ActionResult::Outcome::already;
    all = all && good;
    context.console.note(booking.uid + ": " +
                         (good ? "reassigned"
                               : "not reassigned, " + printable(result.message) +
                                     ": `calsync bookings reschedule` or `cancel` it"));
  }
  return all ? Exit::done : Exit::partly;
}

Result<Exit> make(Context& context, Opened& opened, const Resource& resource, Change change,
                  bool and_reassign) {
  const Desired desired = only(resource);
  Plan plan;
  change.impact = impact_from(context, opened.settings, opened.access, opened.live)(change, nullptr);
  plan.changes.push_back(std::move(change));
  CALSYNC_TRY(done, "time off",
              make_changes(context, {opened.settings, opened.access, desired, opened.live, plan}));
  if (done != Exit::done || !and_reassign) return done;
  return reassign(context, opened, resource.fields);
}

Result<Exit> add(Context& context, const OooWords& words) {
  CALSYNC_TRY(resource, "time off", wanted(fields_of(words, {})));
  CALSYNC_TRY(opened, "time off", open(context));
  CALSYNC_CHECK("time off", must_be_members(opened->live, resource.fields));
  if (const auto there = opened->live.resources.find(resource.address);
      there != opened->live.resources.end()) {
    if (diff(resource, there->second, nullptr, {}).empty()) {
      context.console.note("it is there already");
      return Exit::done;
    }
    return Error{Errc::conflict, resource.address + " is there already: `calsync ooo edit` changes it"};
  }
  Change change{.address = resource.address, .kind = resource.kind, .fields = diff_of_new(resource).fields};
  return make(context, *opened, resource, std::move(change), words.reassign);
}

Result<Exit> edit(Context& context, const OooWords& words) {
  CALSYNC_TRY(opened, "time off", open(context));
  CALSYNC_TRY(before, "time off", find(opened->live, words));
  json::object kept;
  for (const auto& member : before->fields)
    if (!member.value().is_null()) kept[member.key()] = member.value();
  CALSYNC_TRY(resource, "time off", wanted(fields_of(words, kept)));
  CALSYNC_CHECK("time off", must_be_members(opened->live, resource.fields));
  Change change{.address = resource.address, .kind = resource.kind, .action = calsync::Action::update};
  change.fields = diff(resource, *before, nullptr, {}).fields;
  if (resource.address != before->address) change.renamed_from = before->address;
  if (change.fields.empty()) {
    context.console.note("it is so already");
    return Exit::done;
  }
  return make(context, *opened, resource, std::move(change), words.reassign);
}

Result<Exit> rm(Context& context, const OooWords& words) {
  CALSYNC_TRY(opened, "time off", open(context));
  CALSYNC_TRY(there, "time off", find(opened->live, words));
  const Resource gone = *there;
  return make(context, *opened, gone,
              {.address = gone.address, .kind = gone.kind, .action = calsync::Action::remove}, false);
}

Result<Exit> list(Context& context, const OooWords& words, bool patch) {
  CALSYNC_TRY(settings, "time off", context.settings({"calcom", "log.path"}));
  CALSYNC_TRY(access, "time off", CalcomAccess::open(context, settings, CalcomNeed::reading));
  CALSYNC_TRY(live, "read people and time off",
              read_live(access.api(), {.organization = settings.calcom.organization_id,
                                       .use = ApiUse::interactive,
                                       .people_only = true}));
  Resources found;
  for (const auto& [address, resource] : live.resources)
    if (resource.kind->name == "outOfOffice" &&
        (words.email.empty() || text_in(resource.fields, "user") == lower_ascii(words.email)))
      found.emplace(address, resource);
  if (patch)
    for (const SourceFile& file : import_files(found)) context.console.answer(file.text);
  else
    show_time_off(context, found, live);
  return Exit::done;
}

void declare_what(CLI::App& app, OooWords& words) {
  app.add_option("--reason", words.reason)
      ->check(CLI::IsMember({"unspecified", "vacation", "travel", "sick", "public_holiday"}));
  app.add_option("--notes", words.notes, "what colleagues read; never sent to clients");
  app.add_option("--stand-in", words.stand_in, "who takes new bookings meanwhile; shares a team with them")
      ->type_name("EMAIL");
  app.add_flag("--reassign", words.reassign,
               "then offer the bookings inside to the others of each round robin (asks again, unless --yes)");
}

template <class Run>
Action action_of(std::shared_ptr<OooWords> words, Run run) {
  return [words, run](Context& context) {
    const auto done = run(context, *words);
    return done ? *done : context.fail(done.error());
  };
}

}  // namespace

Action declare_ooo_add(CLI::App& app) {
  auto words = std::make_shared<OooWords>();
  app.add_option("EMAIL", words->email, "whose")->required();
  app.add_option("--from", words->from, "the first day")->type_name("DATE")->required();
  app.add_option("--to", words->to, "the last day")->type_name("DATE")->required();
  declare_what(app, *words);
  return action_of(words, add);
}

Action declare_ooo_edit(CLI::App& app) {
  auto words = std::make_shared<OooWords>();
  app.add_option("EMAIL", words->email, "whose")->required();
  app.add_option("FROM..TO", words->range, "which one, as `calsync ooo list` shows it")->required();
  app.add_option("--from", words->from, "the new first day")->type_name("DATE");
  app.add_option("--to", words->to, "the new last day")->type_name("DATE");
  declare_what(app, *words);
  return action_of(words, edit);
}

Action declare_ooo_rm(CLI::App& app) {
  auto words = std::make_shared<OooWords>();
  app.add_option("EMAIL", words->email, "whose")->required();
  app.add_option("FROM..TO", words->range, "which one, as `calsync ooo list` shows it")->required();
  return action_of(words, rm);
}

Action declare_ooo_list(CLI::App& app) {
  auto words = std::make_shared<OooWords>();
  auto patch = std::make_shared<bool>(false);
  app.add_option("EMAIL", words->email, "whose; without it everybody's");
  app.add_flag("--patch", *patch,
               "as files of the configuration, to take into Git what was entered in Cal.com's UI");
  return action_of(words,
                   [patch](Context& context, const OooWords& one) { return list(context, one, *patch); });
}

}  // namespace calsync::cli
