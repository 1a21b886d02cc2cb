#include "daemon/reconcile/reconcile_status.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}
json::value instant_or_null(const std::optional<Instant>& at) {
  return at ? json::value(to_text(*at)) : json::value(nullptr);
}

const char* mode_text(ReconcileMode mode) {
  constexpr std::array names{"off", "observe", "plan", "apply"};
  return names.at(static_cast<std::size_t>(mode));
}

}  // namespace

void ReconcileStatus::set(std::string_view type, bool is_true, std::string reason, std::string message,
                          Instant now) {
  ReconcileCondition& one =
      *std::ranges::find_if(conditions, [&](const auto& known) { return known.type == type; });
  if (one.is_true != is_true || one.since == Instant{}) one.since = now;
  one.is_true = is_true;
  one.reason = std::move(reason);
  one.message = std::move(message);
}

const ReconcileCondition& ReconcileStatus::condition(std::string_view type) const {
  return *std::ranges::find_if(conditions, [&](const auto& one) { return one.type == type; });
}

json::object status_json(const ReconcileStatus& status) {
  json::array conditions, suspended;
  for (const auto& one : status.conditions)
    conditions.push_back(json::object{
        {"type", one.type},
        {"status", one.is_true},
        {"reason", text_or_null(one.reason)},
        {"message", text_or_null(one.message)},
        {"since", one.since == Instant{} ? json::value(nullptr) : json::value(to_text(one.since))}});
  for (const auto& [pattern, one] : status.suspended)
    suspended.push_back(
        json::object{{"address", pattern}, {"reason", text_or_null(one.reason)}, {"since", one.since}});
  return {{"mode", mode_text(status.mode)},
          {"branch", status.branch},
          {"seen", text_or_null(status.seen)},
          {"inForce", text_or_null(status.in_force)},
          {"applied", text_or_null(status.applied)},
          {"lastLook", instant_or_null(status.last_look)},
          {"nextLook", instant_or_null(status.next_look)},
          {"changes", status.changes},
          {"drifted", status.drifted},
          {"refused", status.refused},
          {"held", status.held},
          {"suspended", std::move(suspended)},
          {"conditions", std::move(conditions)}};
}

}  // namespace calsync
