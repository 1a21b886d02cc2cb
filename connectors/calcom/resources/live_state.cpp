#include "connectors/calcom/resources/live_state.hpp"

#include "config/resources/values.hpp"
#include "connectors/calcom/api_answer.hpp"
#include "connectors/calcom/paging.hpp"
#include "connectors/calcom/resources/resource_json.hpp"
#include "state/events/email.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

// Counts what is asked.
class Counted final : public CalcomReads {
 public:
  Counted(CalcomReads& api, std::uint64_t& calls) : api_(api), calls_(calls) {}
  Result<ApiAnswer> get(std::string_view path, ApiUse use) override {
    ++calls_;
    return api_.get(path, use);
  }

 private:
  CalcomReads& api_;
  std::uint64_t& calls_;
};

class LiveReader {
 public:
  LiveReader(CalcomReads& api, const LiveOptions& options)
      : api_(api, state_.calls),
        options_(options),
        root_("/v2/organizations/" + std::to_string(options.organization)) {}

  // Names first, then what refers to them.
  Result<LiveState> run() {
    CALSYNC_CHECK("the key's owner", owner());
    if (options_.people_only) return people();
    CALSYNC_CHECK("teams", teams());
    CALSYNC_CHECK("users", users());
    CALSYNC_CHECK("schedules", schedules());
    CALSYNC_CHECK("users", take_users());
    for (const auto& [id, slug] : team_slugs_) CALSYNC_CHECK("team " + slug, of_team(id, slug));
    if (options_.own_event_types) CALSYNC_CHECK("own event types", own_event_types());
    CALSYNC_CHECK("webhooks", all_of("webhook", "/webhooks", {{"scope", "organization"}}));
    CALSYNC_CHECK("out of office", all_of("outOfOffice", "/ooo", {}));
    CALSYNC_CHECK("attributes", all_of("attribute", "/attributes", {}));
    return std::move(state_);
  }

 private:
  Result<LiveState> people() {
    CALSYNC_CHECK("users", users());
    CALSYNC_CHECK("users", take_users());
    CALSYNC_CHECK("out of office", all_of("outOfOffice", "/ooo", {}));
    return std::move(state_);
  }

  Result<void> owner() {
    CALSYNC_TRY(answer, "GET /v2/me", api_.get("/v2/me", options_.use));
    if (!answer.ok()) return answer.error("GET /v2/me");
    boost::system::error_code failed;
    const json::value body = json::parse(answer.body, failed);
    const json::object* root = body.if_object();
    const json::value* data = root != nullptr ? root->if_contains("data") : nullptr;
    if (failed || data == nullptr || !data->is_object())
      return Error{Errc::rejected, "GET /v2/me answered no user"};
    state_.key_owner = lower_ascii(text_in(data->get_object(), "email"));
    state_.key_owner_name = text_in(data->get_object(), "username");
    return {};
  }

  Result<void> teams() {
    CALSYNC_TRY(rows, "list", list_all(api_, root_ + "/teams", options_.use));
    for (auto& [id, row] : rows) {
      state_.names.learn("team", id, "", text_in(row, "slug"));
      team_slugs_[id] = text_in(row, "slug");
      CALSYNC_CHECK("team", take("team", row, {}));
    }
    return {};
  }

  Result<void> users() {
    CALSYNC_TRY(rows, "list", list_all(api_, root_ + "/users", options_.use));
    CALSYNC_TRY(memberships, "memberships", list_all(api_, root_ + "/memberships", options_.use));
    for (auto& [id, row] : rows) state_.names.learn("user", id, "", lower_ascii(text_in(row, "email")));
    for (auto& [id, membership] : memberships) {
      const auto user = rows.find(id_text(membership, "userId"));
      if (user == rows.end()) continue;
      user->second["organizationRole"] = text_in(membership, "role");
      user->second["_membership"] = id;
    }
    users_ = std::move(rows);
    return {};
  }

  Result<void> schedules() {
    CALSYNC_TRY(rows, "list", list_all(api_, root_ + "/schedules", options_.use));
    for (auto& [id, row] : rows) {
      const auto owner = state_.names.name_of("user", id_text(row, "ownerId"));
      if (!owner) continue;  // of somebody who is no member any more
      state_.names.learn("schedule", id, *owner, text_in(row, "name"));
      CALSYNC_CHECK("schedule", take("schedule", row, {}));
    }
    return {};
  }

  Result<void> take_users() {
    for (auto& [id, row] : users_) {
      row["email"] = lower_ascii(text_in(row, "email"));
      CALSYNC_CHECK("user", take("user", row, {}));
    }
    return {};
  }

  Result<void> of_team(const std::string& id, const std::string& slug) {
    const std::string team = root_ + "/teams/" + id;
    CALSYNC_TRY(members, "memberships", list_all(api_, team + "/memberships", options_.use));
    for (auto& [_, row] : members) CALSYNC_CHECK("membership", take("membership", row, {{"team", slug}}));
    CALSYNC_TRY(event_types, "event types", list_once(api_, team + "/event-types", options_.use));
    for (auto& [event_type, row] : event_types)
      state_.names.learn("eventType", event_type, slug, text_in(row, "slug"));
    for (auto& [_, row] : event_types) CALSYNC_CHECK("event type", take("eventType", row, {{"team", slug}}));
    for (const auto& [event_type, row] : event_types)
      CALSYNC_CHECK("webhooks", webhooks_of(id, event_type, slug + "/" + text_in(row, "slug")));
    CALSYNC_TRY(workflows, "workflows", list_all(api_, team + "/workflows", options_.use));
    for (auto& [_, row] : workflows) CALSYNC_CHECK("workflow", take("workflow", row, {{"team", slug}}));
    return options_.integrations ? integrations(team, slug) : Result<void>{};
  }

  Result<void> webhooks_of(const std::string& team, const std::string& event_type, const std::string& name) {
    if (!options_.all_webhooks && !options_.webhooks_of.contains(name)) return {};
    const std::string path = "/v2/teams/" + team + "/event-types/" + event_type + "/webhooks";
    CALSYNC_TRY(rows, "list", list_all(api_, path, options_.use));
    for (auto& [_, row] : rows) CALSYNC_CHECK("webhook", take("webhook", row, {{"eventType", name}}));
    return {};
  }

  // The list is the public one, and leaves out a part of each.
  Result<void> own_event_types() {
    CALSYNC_TRY(rows, "list",
                list_once(api_, "/v2/event-types?username=" + state_.key_owner_name, options_.use));
    for (auto& [id, row] : rows) {
      const std::string call = "GET /v2/event-types/" + id;
      CALSYNC_TRY(answer, call, api_.get("/v2/event-types/" + id, options_.use));
      if (answer.status == 404) continue;  // gone since
      if (!answer.ok()) return answer.error(call);
      CALSYNC_TRY(data, call, read_data(answer, call));
      if (!data.is_object()) return Error{Errc::rejected, call + " answered no object"};
      state_.names.learn("eventType", id, "", text_in(row, "slug"));
      CALSYNC_CHECK("event type", take("eventType", data.get_object(), {{"user", state_.key_owner}}));
    }
    return {};
  }

  Result<void> integrations(const std::string& team, const std::string& slug) {
    CALSYNC_TRY(rows, "conferencing", list_once(api_, team + "/conferencing", options_.use));
    json::array connected;
    for (const auto& [id, row] : rows) {
      const json::value* invalid = row.if_contains("invalid");
      const bool broken = invalid != nullptr && invalid->is_bool() && invalid->get_bool();
      if (!broken) connected.emplace_back(app_of(text_in(row, "type")));
    }
    CALSYNC_TRY(stripe, "stripe", api_.get(team + "/stripe/check", options_.use));
    if (stripe.ok())
      connected.emplace_back("stripe");  // 404 and 400 are answers, too: not connected (CONTRACT §13)
    Resource resource{.kind = find_kind("integration")};
    resource.fields = {{"team", slug}, {"require", std::move(connected)}};
    resource.address = address_of(*resource.kind, resource.fields);
    state_.resources.insert_or_assign(resource.address, std::move(resource));
    return {};
  }

  static std::string app_of(const std::string& type) {
    if (type == "google_video") return "google-meet";
    if (type == "zoom_video") return "zoom";
    return type == "office365_video" ? "office365-video" : type;
  }

  Result<void> all_of(std::string_view kind, std::string_view path, const json::object& parents) {
    CALSYNC_TRY(rows, "list", list_all(api_, root_ + std::string(path), options_.use));
    for (auto& [_, row] : rows) CALSYNC_CHECK(std::string(kind), take(kind, row, parents));
    return {};
  }

  Result<void> take(std::string_view kind, const json::object& row, const json::object& parents) {
    // A half-made workflow: created, never filled (CONTRACT §3.7). It has no name that a file could say.
    if (kind == "workflow" && text_in(row, "name").empty()) return {};
    CALSYNC_TRY(resource, "read", from_wire(*find_kind(kind), row, parents, state_.names));
    for (const std::string_view parent : {"team", "user"})
      if (const auto id = state_.names.id_of(parent, "", text_in(resource.fields, parent)))
        resource.parents[std::string(parent)] = *id;
    if (state_.resources.contains(resource.address)) state_.ambiguous.push_back(resource.address);
    state_.rows[resource.address] = row;
    const std::string address = resource.address;
    state_.resources.insert_or_assign(address, std::move(resource));
    return {};
  }

  LiveState state_;
  Counted api_;
  const LiveOptions& options_;
  std::string root_;
  std::map<std::string, std::string> team_slugs_;
  Rows users_;
};

}  // namespace

Result<LiveState> read_live(CalcomReads& api, const LiveOptions& options) {
  return LiveReader(api, options).run();
}

}  // namespace calsync
