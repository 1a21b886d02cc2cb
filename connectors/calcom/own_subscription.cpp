#include "connectors/calcom/own_subscription.hpp"

#include "state/base/crypto.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

constexpr std::string_view needed[] = {"BOOKING_CREATED",     "BOOKING_REQUESTED",
                                       "BOOKING_RESCHEDULED", "BOOKING_CANCELLED",
                                       "BOOKING_REJECTED",    "BOOKING_PAYMENT_INITIATED",
                                       "BOOKING_PAID",        "BOOKING_NO_SHOW_UPDATED",
                                       "MEETING_STARTED",     "MEETING_ENDED",
                                       "RECORDING_READY",     "RECORDING_TRANSCRIPTION_GENERATED",
                                       "INSTANT_MEETING",     "OOO_CREATED",
                                       "FORM_SUBMITTED",      "FORM_SUBMITTED_NO_EVENT"};

std::string without_end(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url);
}

std::string_view member(const json::object& row, const char* name) {
  const auto* value = row.if_contains(name);
  return value && value->is_string()
             ? std::string_view(value->get_string().data(), value->get_string().size())
             : std::string_view{};
}

std::string missing_triggers(const json::object& row) {
  std::vector<std::string_view> has;
  if (const auto* list = row.if_contains("triggers"); list && list->is_array())
    for (const auto& one : list->get_array())
      if (one.is_string()) has.emplace_back(one.get_string().data(), one.get_string().size());
  std::string out;
  for (const std::string_view trigger : needed)
    if (std::ranges::find(has, trigger) == has.end()) out += (out.empty() ? "" : ", ") + std::string(trigger);
  return out;
}

bool is_one_of(std::string_view given, std::span<const Secret> secrets) {
  return std::ranges::any_of(secrets, [given](const Secret& secret) {
    return equal_in_constant_time(sha256(given), sha256(secret.reveal()));
  });
}

class Judge {
 public:
  explicit Judge(SubscriptionState& state) : state_(state) {}
  void broken(std::string finding) {
    state_.verdict = SubscriptionState::Verdict::broken;
    state_.findings.push_back(std::move(finding));
  }
  void incomplete(std::string finding) {
    if (state_.verdict == SubscriptionState::Verdict::good)
      state_.verdict = SubscriptionState::Verdict::incomplete;
    state_.findings.push_back(std::move(finding));
  }

 private:
  SubscriptionState& state_;
};

void check_secret(const json::object& row, std::span<const Secret> secrets, Judge& judge) {
  const std::string_view secret = member(row, "secret");
  if (secret.empty())
    judge.broken(
        "has no secret, so that every delivery is refused: set the one of intake.sources in Cal.com");
  else if (!secrets.empty() && !is_one_of(secret, secrets))
    judge.broken(
        "has another secret than intake.sources: every delivery is refused; set the same one in Cal.com");
}

void check_row(const json::object& row, std::span<const Secret> secrets, Judge& judge) {
  const auto* active = row.if_contains("active");
  if (!active || !active->is_bool() || !active->get_bool())
    judge.broken("is switched off: switch it on in Cal.com");
  check_secret(row, secrets, judge);
  if (!member(row, "payloadTemplate").empty())
    judge.broken("has a payload template, which calsync cannot read: remove it in Cal.com");
  if (const std::string missing = missing_triggers(row); !missing.empty())
    judge.incomplete("does not tell of " + missing + ": add these triggers in Cal.com");
}

}  // namespace

std::span<const std::string_view> needed_triggers() {
  return needed;
}

std::string hook_url(std::string_view public_url, std::string_view source) {
  return without_end(public_url) + "/hooks/" + std::string(source);
}

SubscriptionState check_subscription(const Rows& rows, const std::string& url,
                                     std::span<const Secret> secrets) {
  SubscriptionState state;
  Judge judge(state);
  std::size_t found = 0;
  for (const auto& [id, row] : rows) {
    if (without_end(member(row, "subscriberUrl")) != url) continue;
    if (++found == 1) state.id = id;
    check_row(row, secrets, judge);
  }
  if (found == 0)
    judge.broken(
        "there is no subscription of the organisation to " + url +
        ": no webhook comes; make one in Cal.com with all triggers and the secret of intake.sources");
  if (found > 1)
    judge.incomplete("there are " + std::to_string(found) + ": each delivery comes as often; keep one");
  return state;
}

}  // namespace calsync
