// Our own CPU and memory for validate + diff + plan, without any network (DESIGN §11).
//   calsync_plan_bench [USERS EVENT_TYPES [MILLISECONDS MEBIBYTES]]   exit 1: over one of these
#include "config/plan/impact.hpp"
#include "config/plan/plan.hpp"

#include <boost/json.hpp>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

using namespace calsync;

double cpu_ms() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_usec) / 1000;
  };
  return ms(used.ru_utime) + ms(used.ru_stime);
}
double peak_mib() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_maxrss) / 1024;
}

std::string person(int i) {
  return "editor" + std::to_string(i) + "@agency.example";
}
std::string team(int i) {
  return "team" + std::to_string(i);
}

// As agencies are: teams of 25, two patterns of hours, event types with hosts, questions and a reminder each.
std::vector<SourceFile> files(int users, int event_types, const std::string& title) {
  const int teams = users / 25 + 1;
  std::string people =
      "schedules:\n  - {name: Split, timeZone: Europe/London, availability: [{days: [Monday, Tuesday, "
      "Wednesday, Thursday, "
      "Friday], startTime: \"09:00\", endTime: \"12:00\"}, {days: [Monday, Tuesday, Wednesday, Thursday, "
      "Friday], "
      "startTime: \"13:00\", endTime: \"17:00\"}]}\nusers:\n";
  std::string groups = "teams:\n", services = "eventTypes:\n", messages = "workflows:\n";
  for (int i = 0; i < users; ++i)
    people += "  - {email: " + person(i) + ", timeZone: Europe/London, teams: [" + team(i % teams) +
              "], schedules: [Split], defaultSchedule: Split}\n";
  for (int i = 0; i < teams; ++i) {
    groups += "  - {slug: " + team(i) + ", name: Team " + std::to_string(i) + "}\n";
    messages += "  - team: " + team(i) +
                "\n    name: Reminder\n    activation: {isActiveOnAllEventTypes: true}\n    trigger: {type: "
                "beforeEvent, offset: "
                "{value: 24, unit: hour}}\n    steps: [{stepNumber: 1, action: email_attendee, recipient: "
                "attendee, template: "
                "custom, sender: A, message: {subject: S, html: H}}]\n";
  }
  for (int i = 0; i < event_types; ++i) {
    const int at = i % teams;
    services += "  - team: " + team(at) + "\n    slug: service-" + std::to_string(i) +
                "\n    title: " + title + std::to_string(i) +
                "\n    lengthInMinutes: 60\n    schedulingType: roundRobin\n    hosts:\n";
    for (int host = at; host < users && host < at + 10 * teams; host += teams)
      services += "      - {user: " + person(host) + ", priority: high}\n";
    services +=
        "    bookingFields:\n      - {type: text, slug: field, label: Field of study, required: true}\n      "
        "- {type: url, "
        "slug: link, label: Document, required: true}\n    minimumBookingNotice: 1440\n";
  }
  return {{"messages.yaml", messages},
          {"people.yaml", people},
          {"services.yaml", services},
          {"teams.yaml", groups}};
}

}  // namespace

int main(int argc, char** argv) {
  const int users = argc > 2 ? std::atoi(argv[1]) : 1000, event_types = argc > 2 ? std::atoi(argv[2]) : 500;
  const DesiredFacts facts{.knows_zone = [](std::string_view) { return true; }};
  const auto wanted = files(users, event_types, "New title ");
  const Resources live = read_desired(files(users, event_types, "Title "), facts).desired.resources;

  const double before = cpu_ms();
  const ReadDesired read = read_desired(wanted, facts);
  const double validated = cpu_ms();
  Register owned;
  for (const auto& [address, resource] : live)
    owned[address] = {.id = "1", .applied = resource.fields, .commit = "c", .not_taken = {}};
  const double prepared = cpu_ms();
  const Plan plan = make_plan(
      read.desired, live,
      {.owned = &owned, .impact = [](const Change&, const Resource*) { return std::optional(Impact{}); }});
  const std::string text = boost::json::serialize(plan_json(plan));
  const double planned = cpu_ms();

  const double total = (validated - before) + (planned - prepared);
  std::printf(
      "%d users, %d event types, %zu resources: validate %.0f ms, diff and plan %.0f ms (%zu changes), "
      "together "
      "%.0f ms of CPU; %.0f MiB at most\n",
      users, event_types, read.desired.resources.size(), validated - before, planned - prepared,
      plan.changes.size(), total, peak_mib());
  if (!read.good() || plan.changes.size() != static_cast<std::size_t>(event_types)) {
    std::fprintf(stderr, "the organisation of this benchmark is not what it should be\n");
    return 1;
  }
  return argc > 4 && (total > std::atof(argv[3]) || peak_mib() > std::atof(argv[4])) ? 1 : 0;
}
