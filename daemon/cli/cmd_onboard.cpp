// Somebody new: invited, in their teams, with hours and services, in one plan; what is there already is left as it is.
#include "config/plan/import.hpp"
#include "config/resources/values.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/connection_words.hpp"
#include "daemon/cli/make_changes.hpp"
#include "daemon/cli/organisation.hpp"
#include "state/events/email.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {
namespace {

namespace json = boost::json;

struct OnboardWords {
  std::string email, zone, folder;
  std::vector<std::string> teams, schedules, services;
};

json::object user_of(const OnboardWords& words) {
  json::object user{{"email", lower_ascii(words.email)}};
  if (!words.zone.empty()) user["timeZone"] = words.zone;
  json::array teams, schedules;
  for (const auto& one : words.teams) {
    const auto colon = one.find(':');
    json::object team{{"team", one.substr(0, colon)}};
    if (colon != std::string::npos) team["role"] = one.substr(colon + 1);
    teams.push_back(std::move(team));
  }
  for (const auto& one : words.schedules) schedules.emplace_back(one);
  if (!teams.empty()) user["teams"] = std::move(teams);
  if (!schedules.empty()) {
    user["defaultSchedule"] = schedules.front();
    user["schedules"] = std::move(schedules);
  }
  return user;
}

bool is_about(const Resource& resource, const std::string& email) {
  return text_in(resource.fields, "email") == email || text_in(resource.fields, "user") == email;
}

// The files of the folder, which may declare them already, with what the options say; of all that what is about the person.
Result<Desired> wanted(const OnboardWords& words) {
  const std::string email = lower_ascii(words.email);
  std::vector<SourceFile> files;
  if (!words.folder.empty()) {
    CALSYNC_TRY(read, "read the configuration", read_config_folder(words.folder));
    files = std::move(read);
  }
  const DesiredFacts facts{.knows_zone = knows_zone};
  ReadDesired read = read_desired(files, facts);
  if (!read.good()) return Error{Errc::rejected, "the configuration has errors: see `calsync validate`"};
  const bool declared = read.desired.resources.contains("user/" + email);
  if (declared && (!words.teams.empty() || !words.schedules.empty() || !words.zone.empty()))
    return Error{Errc::rejected,
                 "the files of " + words.folder + " declare " + words.email +
                     " already: change them there, or leave --team, --schedule and --time-zone out"};
  if (!declared) {
    std::string text = "users: [" + json::serialize(user_of(words)) + "]\n";
    if (words.folder.empty()) {  // the teams are there; files would have to declare them
      json::array teams;
      for (const auto& one : words.teams)
        teams.push_back(json::object{{"slug", one.substr(0, one.find(':'))}, {"name", "-"}});
      text += "teams: " + json::serialize(teams) + "\n";
    }
    files.push_back({"options", text});
    read = read_desired(files, facts);
    for (const Finding& finding : read.findings)
      if (!finding.warning) return Error{Errc::rejected, finding.what};
  }
  Desired out;
  for (auto& [address, resource] : read.desired.resources)
    if (is_about(resource, email) && resource.kind->name != "outOfOffice" &&
        resource.kind->name != "eventType")
      out.resources.emplace(address, std::move(resource));
  return out;
}

// One more host of each service; those of "all members" have them by their team.
Result<void> add_services(const OnboardWords& words, const LiveState& live, Desired& desired,
                          Context& context) {
  for (const std::string& service : words.services) {
    const auto there = live.resources.find("eventType/" + service);
    if (there == live.resources.end())
      return Error{Errc::not_found, "there is no service " + service + ": name it as TEAM/SLUG"};
    const json::value* everybody = there->second.fields.if_contains("assignAllTeamMembers");
    if (everybody != nullptr && *everybody == json::value(true)) {
      context.console.note(service + ": every member of its team is a host");
      continue;
    }
    Resource more{.kind = there->second.kind, .address = there->first};
    for (const char* name : {"team", "slug", "schedulingType"})
      if (there->second.fields.contains(name)) more.fields[name] = there->second.fields.at(name);
    json::array hosts = list_in(there->second.fields, "hosts") == nullptr
                            ? json::array()
                            : *list_in(there->second.fields, "hosts");
    const std::string email = lower_ascii(words.email);
    if (std::ranges::none_of(
            hosts, [&](const json::value& host) { return text_in(host.as_object(), "user") == email; }))
      hosts.push_back(json::object{{"user", email}});
    more.fields["hosts"] = std::move(hosts);
    desired.resources.emplace(there->first, std::move(more));
  }
  return {};
}

// To be taken into Git, where it stays.
void propose(Context& context, const OnboardWords& words) {
  if (context.globals.json || !words.folder.empty()) return;
  context.console.note("for the configuration's files, so that plans know of them:");
  context.console.hint("users:");
  context.console.hint("  - " + json::serialize(user_of(words)));
  for (const auto& service : words.services)
    context.console.hint("and `{user: " + printable(lower_ascii(words.email)) + "}` among the hosts of " +
                         printable(service));
}

Result<Exit> onboard(Context& context, const OnboardWords& words) {
  CALSYNC_TRY(desired, "onboard", wanted(words));
  CALSYNC_TRY(settings, "onboard", context.settings({"calcom", "log.path"}));
  CALSYNC_TRY(access, "onboard", CalcomAccess::open(context, settings, CalcomNeed::changing));
  CALSYNC_TRY(live, "read the live organisation",
              read_live(access.api(), {.organization = settings.calcom.organization_id}));
  CALSYNC_CHECK("services", add_services(words, live, desired, context));
  Plan plan = make_plan(desired, live.resources, plan_options(context, settings, live, {}));
  plan.unmanaged.clear();
  plan.adopted.clear();
  const auto connections = [&]() -> Result<json::object> {
    CALSYNC_TRY(found, "connect", person_connections(context, access, settings, lower_ascii(words.email)));
    return json::object{{"connect", std::move(found)}};
  };
  CALSYNC_TRY(done, "onboard", make_changes(context, {settings, access, desired, live, plan, connections}));
  if ((done != Exit::done && done != Exit::partly) || context.globals.json) return done;
  auto shown = show_person_connections(context, access, settings, lower_ascii(words.email));
  if (!shown && done == Exit::done) return std::move(shown).error().within("connect");
  if (!shown) context.console.error(shown.error());  // that not all was made counts more
  propose(context, words);
  return done;
}

}  // namespace

Action declare_onboard(CLI::App& app) {
  auto words = std::make_shared<OnboardWords>();
  app.add_option("EMAIL", words->email, "who is new; Cal.com sends them an invitation")->required();
  app.add_option("--team", words->teams,
                 "a team that they join, with its role where it is not MEMBER; more than once")
      ->type_name("SLUG[:ROLE]");
  app.add_option("--schedule", words->schedules,
                 "a pattern of the folder's `schedules`; the first becomes their default")
      ->type_name("NAME");
  app.add_option("--service", words->services, "an event type that they host; more than once")
      ->type_name("TEAM/SLUG");
  app.add_option("--time-zone", words->zone)->type_name("ZONE");
  app.add_option("--dir", words->folder,
                 "the configuration's folder: what it declares of them is made, or its schedules are used")
      ->type_name("DIR");
  return [words](Context& context) {
    const auto done = onboard(context, *words);
    return done ? *done : context.fail(done.error());
  };
}

}  // namespace calsync::cli
