#include "daemon/people/evidence.hpp"

#include "config/resources/values.hpp"
#include "state/events/email.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

json::value or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value member(const json::object& step, std::string_view name) {
  const json::value* value = step.if_contains(name);
  return value == nullptr ? json::value(nullptr) : *value;
}

std::string name_of(const json::object& step) {
  return text_in(step, "step");
}

json::array runs_of(const Evidence& evidence) {
  json::array runs;
  for (const json::object& step : evidence.steps) {
    if (name_of(step) == "began" || runs.empty())
      runs.push_back(json::object{{"began", member(step, "at")},
                                  {"ended", nullptr},
                                  {"to", member(step, "to")},
                                  {"steps", json::array{}}});
    json::object& run = runs.back().get_object();
    if (name_of(step) == "ended" || name_of(step) == "stopped") run["ended"] = member(step, "at");
    json::object told = step;
    for (const char* name : {"record", "email"}) told.erase(name);
    run["steps"].get_array().push_back(std::move(told));
  }
  return runs;
}

// What was read of a booking last, and when.
json::value last_proof(const Evidence& evidence, const std::string& uid) {
  json::value out;
  for (const json::object& step : evidence.steps) {
    const json::array* all = name_of(step) == "proved" ? list_in(step, "bookings") : nullptr;
    if (all == nullptr) continue;
    for (const json::value& one : *all)
      if (text_in(one.as_object(), "uid") == uid)
        out = json::object{{"status", member(one.as_object(), "status")},
                           {"host", member(one.as_object(), "host")},
                           {"at", member(step, "at")}};
  }
  return out;
}

// A run that was killed right after it asked has noted no outcome: reading tells. Cal.com keeps an address as somebody wrote it.
std::string outcome_of(const json::object& last, const json::value& now, const std::string& email) {
  const std::string noted = text_in(last, "outcome");
  if (!noted.empty() || !now.is_object()) return noted.empty() ? "unknown" : noted;
  return equal_ignoring_case(text_in(now.get_object(), "host"), email) ? "failed" : "done";
}

json::array bookings_of(const Evidence& evidence) {
  std::vector<std::pair<std::string, json::array>> attempts;  // by uid, in the order of the first
  std::map<std::string, json::value> starts;
  const auto of = [&](const std::string& uid) -> json::array& {
    const auto known = std::ranges::find(attempts, uid, [](const auto& one) { return one.first; });
    return known != attempts.end() ? known->second : attempts.emplace_back(uid, json::array{}).second;
  };
  for (const json::object& step : evidence.steps) {
    const std::string uid = text_in(step, "uid");
    if (name_of(step) == "reassign") {
      of(uid).push_back(json::object{{"at", member(step, "at")}, {"outcome", nullptr}, {"message", nullptr}});
      starts[uid] = member(step, "start");
    }
    if (name_of(step) == "reassigned" && !of(uid).empty())
      for (const char* name : {"outcome", "message"}) of(uid).back().get_object()[name] = member(step, name);
  }
  json::array out;
  for (auto& [uid, tries] : attempts) {
    const json::object last = tries.back().get_object();
    const auto title = evidence.titles.find(uid);
    const json::value now = last_proof(evidence, uid);
    out.push_back(json::object{
        {"uid", uid},
        {"title", title == evidence.titles.end() ? json::value(nullptr) : json::value(title->second)},
        {"start", starts[uid]},
        {"outcome", outcome_of(last, now, evidence.email)},
        {"message", member(last, "message")},
        {"attempts", std::move(tries)},
        {"now", now}});
  }
  return out;
}

// Of every step of that name, in their order.
json::array all_of(const Evidence& evidence, std::string_view step, std::string_view member_name) {
  json::array out;
  for (const json::object& one : evidence.steps)
    if (name_of(one) == step) out.push_back(member(one, member_name));
  return out;
}

}  // namespace

bool Evidence::account_deleted() const {
  return std::ranges::any_of(steps,
                             [](const json::object& step) { return name_of(step) == "account_deleted"; });
}

json::object to_json(const Evidence& evidence) {
  json::array left, only_host;
  for (const auto& one : evidence.left)
    left.push_back(json::object{{"uid", one.booking.uid},
                                {"title", one.booking.title},
                                {"start", to_text(one.booking.start)},
                                {"why", one.why}});
  for (const auto& address : evidence.only_host) only_host.emplace_back(address);
  const json::array lost = all_of(evidence, "account", "lost");
  return {{"format", "calsync.offboarding/1"},
          {"email", evidence.email},
          {"to", or_null(evidence.to)},
          {"began", evidence.steps.empty() ? json::value(nullptr) : member(evidence.steps.front(), "at")},
          {"ended", to_text(evidence.ended)},
          {"runs", runs_of(evidence)},
          {"bookings", bookings_of(evidence)},
          {"left", std::move(left)},
          {"hosts", all_of(evidence, "off_hosts", "address")},
          {"onlyHostOf", std::move(only_host)},
          {"membershipRemoved", evidence.membership_removed},
          {"accountDeleted", evidence.account_deleted()},
          {"lost", lost.empty() ? json::value(json::array{}) : lost.back()},
          {"complete", evidence.complete()}};
}

}  // namespace calsync
