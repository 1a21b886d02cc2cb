#include "connectors/calcom/api_answer.hpp"
#include "connectors/calcom/own_subscription.hpp"
#include "connectors/secrets/secrets.hpp"
#include "daemon/cli/doctor.hpp"

#include <boost/json.hpp>

namespace calsync::cli {
namespace json = boost::json;
namespace {

constexpr std::string_view needs_api[] = {"organisation", "role",       "API versions",
                                          "clock",        "rate limit", "subscription"};
constexpr std::chrono::milliseconds clock_good{2'000}, clock_bad{300'000};
constexpr const char* new_key_cure =
    "make a key of an owner or administrator in Cal.com (Settings, Developer, API keys) and put it where "
    "calcom.api_key points to";

std::string text_of(const json::object& row, const char* name) {
  const auto* value = row.if_contains(name);
  if (!value || value->is_null()) return {};
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

bool is_list_of(const json::value& data, const char* has, const char* has_not) {
  const auto* list = data.if_array();
  if (list == nullptr) return false;
  for (const auto& row : *list)
    if (!row.is_object() || !row.get_object().contains(has) || row.get_object().contains(has_not))
      return false;
  return true;
}

class CalcomLook {
 public:
  CalcomLook(const Patient& patient, CalcomApi& api, Looks& looks)
      : patient_(patient), api_(api), looks_(looks), settings_(patient.settings.calcom) {}

  void all() {
    if (!key()) return;
    organisation();
    role();
    versions();
    clock();
    rate_limit();
    subscriptions();
  }

 private:
  void add(std::string name, Health health, std::string what, std::string cure = {}) {
    looks_.push_back({std::move(name), health, std::move(what), std::move(cure)});
  }
  [[nodiscard]] std::string organisation_path(const std::string& rest) const {
    return "/v2/organizations/" + std::to_string(settings_.organization_id) + rest;
  }
  Result<json::value> data(const std::string& path) {
    CALSYNC_TRY(answer, "ask", api_.get(path, ApiUse::interactive));
    return read_data(answer, "GET " + path);
  }

  bool key() {
    const auto answer = api_.get("/v2/me", ApiUse::interactive);
    const auto me = answer ? read_data(*answer, "GET /v2/me") : Result<json::value>(answer.error());
    if (me && me->is_object()) {
      me_ = me->get_object();
      server_limit_ = answer->server_limit;
      server_left_ = answer->server_left;
      add("key", Health::ok, "Cal.com at " + settings_.base_url + " takes it as " + text_of(me_, "email"));
      return true;
    }
    const Error error = me ? Error{Errc::rejected, "GET /v2/me: the answer names nobody"} : me.error();
    const bool refused = answer && (answer->status == 401 || answer->status == 403);
    add("key", Health::failed, error.what,
        refused ? new_key_cure
                : "check calcom.base_url, calcom.ca_file, the network and its proxies from this machine");
    skip_calcom(looks_, refused ? "the key is refused" : "Cal.com was not reached");
    return false;
  }

  void organisation() {
    const std::string own = text_of(me_, "organizationId"), set = std::to_string(settings_.organization_id);
    if (own == set) return add("organisation", Health::ok, set);
    if (own.empty())
      return add("organisation", Health::failed, "the key's owner belongs to no organisation", new_key_cure);
    add("organisation", Health::failed,
        "calcom.organization_id is " + set + ", the key's owner belongs to " + own,
        "set calcom.organization_id: " + own + ", or use a key of an owner of " + set);
  }

  void role() {
    const auto rows = list_all(api_, organisation_path("/memberships"), ApiUse::interactive);
    if (!rows)
      return add("role", Health::failed, rows.error().what,
                 "the key's owner must be owner or administrator of the organisation, which must have the "
                 "Admin API");
    std::string found;
    for (const auto& [id, row] : *rows)
      if (text_of(row, "userId") == text_of(me_, "id")) found = text_of(row, "role");
    if (found == "OWNER" || found == "ADMIN") return add("role", Health::ok, found);
    add("role", Health::failed,
        found.empty() ? "the key's owner is no member of the organisation"
                      : "the key's owner is only " + found,
        "make them owner or administrator, or use the key of one");
  }

  // Each group once: an older server answers other shapes, with 200.
  void versions() {
    std::string bad;
    const auto note = [&bad](const char* what, const Result<bool>& good) {
      if (good && *good) return;
      bad += (bad.empty() ? "" : "; ") + std::string(what) +
             (good ? " have another shape" : ": " + good.error().what);
    };
    note("bookings", [this]() -> Result<bool> {
      CALSYNC_TRY(answer, "ask", api_.get("/v2/bookings?take=1", ApiUse::interactive));
      CALSYNC_TRY(envelope, "read", read_envelope(answer, "GET /v2/bookings"));
      return envelope.is_object() && envelope.get_object().contains("pagination");
    }());
    note("event types", [this]() -> Result<bool> {
      CALSYNC_TRY(list, "read", data("/v2/event-types"));
      return is_list_of(list, "lengthInMinutes", "length");
    }());
    note("schedules", [this]() -> Result<bool> {
      CALSYNC_TRY(list, "read", data("/v2/schedules"));
      return is_list_of(list, "availability", "workingHours");
    }());
    if (bad.empty())
      return add("API versions", Health::ok,
                 "bookings 2024-08-13, event types 2024-06-14, schedules 2024-06-11");
    add("API versions", Health::failed, bad,
        "this Cal.com is older or newer than calsync reads: upgrade one of them");
  }

  // Errors carry the server's time.
  void clock() {
    const auto answer = api_.get("/v2/bookings/calsync-doctor", ApiUse::interactive);
    const Instant now = patient_.context.clock.wall();
    boost::system::error_code bad;
    const json::value body = answer ? json::parse(answer->body, bad) : json::value();
    const auto* object = bad ? nullptr : body.if_object();
    const auto theirs = object ? parse_instant(text_of(*object, "timestamp")) : Error{Errc::rejected, ""};
    if (!theirs) return add("clock", Health::skipped, "Cal.com did not tell its time");
    const auto off = std::chrono::abs(now - *theirs);
    const std::string what = "this machine is " + calsync::to_text(std::chrono::milliseconds(off)) +
                             (now < *theirs ? " behind" : " ahead of") + " Cal.com";
    if (off <= clock_good) return add("clock", Health::ok, what);
    add("clock", off > clock_bad ? Health::failed : Health::warning, what,
        "set the clock: `timedatectl set-ntp true`");
  }

  void rate_limit() {
    const std::string ours = std::to_string(settings_.requests_per_minute) + " a minute are allowed by us";
    if (server_limit_ == 0) return add("rate limit", Health::ok, ours + ", Cal.com names no limit");
    const std::string what = ours + ", " + std::to_string(server_limit_) + " by Cal.com, of which " +
                             std::to_string(server_left_) + " are left";
    if (settings_.requests_per_minute <= server_limit_) return add("rate limit", Health::ok, what);
    add("rate limit", Health::warning, what,
        "set calcom.requests_per_minute below " + std::to_string(server_limit_) +
            ": above it the key is blocked");
  }

  void subscriptions() {
    const Settings::Intake& intake = patient_.settings.intake;
    if (intake.public_url.empty() || intake.sources.empty())
      return add("subscription", Health::skipped,
                 intake.sources.empty() ? "intake.sources is not set" : "intake.public_url is not set");
    const auto rows = list_all(api_, organisation_path("/webhooks"), ApiUse::interactive);
    if (!rows)
      return add("subscription", Health::failed, rows.error().what,
                 "the key's owner must see the organisation's webhooks");
    for (const IntakeSource& source : intake.sources) subscription(*rows, source);
  }

  void subscription(const Rows& rows, const IntakeSource& source) {
    std::vector<Secret> secrets;
    for (const SecretRef& ref : source.secrets) {
      auto secret = read_secret(ref);
      if (!secret) {  // the daemon's own, perhaps: then there is nothing to compare with
        secrets.clear();
        break;
      }
      secrets.push_back(*std::move(secret));
    }
    const std::string url = hook_url(patient_.settings.intake.public_url, source.id);
    const SubscriptionState state = check_subscription(rows, url, secrets);
    if (state.findings.empty()) return add("subscription", Health::ok, url + " is told of everything");
    for (const std::string& finding : state.findings)
      add("subscription",
          state.verdict == SubscriptionState::Verdict::broken ? Health::failed : Health::warning,
          (state.id.empty() ? "" : "the one to " + url + " ") + finding);
  }

  const Patient& patient_;
  CalcomApi& api_;
  Looks& looks_;
  const Settings::Calcom& settings_;
  json::object me_;
  std::int64_t server_limit_ = 0, server_left_ = 0;
};

}  // namespace

void look_at_calcom(const Patient& patient, CalcomApi& api, Looks& looks) {
  CalcomLook(patient, api, looks).all();
}

void skip_calcom(Looks& looks, const std::string& why) {
  for (const std::string_view name : needs_api) looks.push_back({std::string(name), Health::skipped, why});
}

}  // namespace calsync::cli
