// Who holds a booking, what it is called, and whether somebody must agree first.
#include "connectors/calcom/sandbox/booking_parts.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <algorithm>
#include <tuple>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

using namespace std::chrono;

struct Candidate {
  std::int64_t user = 0;
  bool fixed = false;
  int priority = 2;
};

int rank(std::string_view priority) {
  constexpr std::string_view names[] = {"lowest", "low", "medium", "high", "highest"};
  const auto* const at = std::find(std::begin(names), std::end(names), priority);
  return at == std::end(names) ? 2 : static_cast<int>(at - std::begin(names));
}

std::vector<Candidate> candidates(const Row& type) {
  std::vector<Candidate> all;
  const auto* hosts = type.if_contains("_hosts");
  if (hosts != nullptr && hosts->is_array())
    for (const json::value& one : hosts->get_array()) {
      const auto& host = one.as_object();
      all.push_back({number_of(host, "userId"), flag_of(host, "mandatory"), rank(text_of(host, "priority"))});
    }
  if (all.empty())
    for (const auto id : hosts_of(type)) all.push_back({id, false, 2});
  return all;
}

std::optional<Hosts> everybody(World& world, const Row& type, Span then, std::int64_t except) {
  Hosts hosts;
  for (const auto id : hosts_of(type)) {
    if (!is_available(world, id, type, then, except)) return std::nullopt;
    if (hosts.organizer == 0)
      hosts.organizer = id;
    else
      hosts.others.push_back(id);
  }
  return hosts.organizer == 0 ? std::nullopt : std::optional(hosts);
}

// The highest priority; of these who was chosen least, and longest ago.
std::int64_t next_in_turn(World& world, const Row& type, const std::vector<Candidate>& free) {
  const Candidate* best = nullptr;
  std::tuple<int, std::int64_t, std::string> least;
  for (const Candidate& one : free) {
    auto [count, last] = world.booking_index().organized(number_of(type, "id"), one.user);
    std::tuple<int, std::int64_t, std::string> value{-one.priority, count, std::move(last)};
    if (best == nullptr || value < least) {
      best = &one;
      least = std::move(value);
    }
  }
  return best == nullptr ? 0 : best->user;
}

std::optional<Hosts> one_of_them(World& world, const Row& type, Span then, const HostRules& rules) {
  Hosts hosts;
  std::vector<Candidate> free;
  for (const Candidate& one : candidates(type)) {
    const bool available = is_available(world, one.user, type, then, rules.except);
    if (one.fixed && !available) return std::nullopt;
    if (one.fixed)
      hosts.others.push_back(one.user);
    else if (available && one.user != rules.not_this)
      free.push_back(one);
  }
  const bool kept =
      std::any_of(free.begin(), free.end(), [&](const Candidate& one) { return one.user == rules.keep; });
  const auto chosen = kept ? rules.keep : next_in_turn(world, type, free);
  if (chosen == 0 && hosts.others.empty()) return std::nullopt;
  if (hosts.others.empty()) {
    hosts.organizer = chosen;
  } else {  // a fixed host organises
    hosts.organizer = hosts.others.front();
    hosts.others.erase(hosts.others.begin());
    if (chosen != 0) hosts.others.push_back(chosen);
  }
  return hosts;
}

void replace(std::string& text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

}  // namespace

std::optional<Hosts> choose_hosts(World& world, const Row& type, Span then, const HostRules& rules) {
  return text_of(type, "schedulingType") == "roundRobin" ? one_of_them(world, type, then, rules)
                                                         : everybody(world, type, then, rules.except);
}

Answer nobody_free(const Row& type) {
  return refused(400, number_of(type, "teamId") != 0
                          ? "One of the hosts either already has booking at this time or is not available"
                          : "User either already has booking at this time or is not available");
}

std::string title_of(World& world, const Row& type, const Row& organizer, std::string_view booker) {
  const Row* team = world.teams.find(number_of(type, "teamId"));
  const std::string name =
      text_of(organizer, "name").empty() ? "Nameless" : std::string(text_of(organizer, "name"));
  const bool as_team = team != nullptr && text_of(type, "schedulingType") == "collective";
  const std::string host = as_team ? std::string(text_of(*team, "name")) : name;
  std::string title(text_of(type, "customName"));
  if (title.empty())
    title = text_of(organizer, "locale") == "de" ? "{Event type title} zwischen {Organiser} und {Scheduler}"
                                                 : "{Event type title} between {Organiser} and {Scheduler}";
  replace(title, "{Event type title}", text_of(type, "title"));
  replace(title, "{Organiser}", host);
  replace(title, "{Scheduler}", booker);
  return title;
}

bool needs_confirmation(World& world, const Row& type, Instant start) {
  if (!is_enabled(type, "confirmationPolicy")) return false;
  const auto& policy = type.at("confirmationPolicy").as_object();
  if (text_of(policy, "type") != "time") return true;
  const auto* threshold = policy.if_contains("noticeThreshold");
  if (threshold == nullptr || !threshold->is_object()) return true;
  const auto count = number_of(threshold->get_object(), "count");
  const auto unit = text_of(threshold->get_object(), "unit");
  const auto notice = unit == "minutes" ? minutes{count}
                      : unit == "days"  ? minutes{days{count}}
                                        : minutes{hours{count}};
  return start - world.clock.wall() < notice;
}

}  // namespace calsync::sandbox
