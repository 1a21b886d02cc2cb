#include "connectors/calcom/sandbox/server/delivery.hpp"

#include "connectors/calcom/sandbox/row.hpp"
#include "state/base/crypto.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

bool subscribes(const World& world, const Row& hook, const Notice& notice) {
  if (!flag_of(hook, "active")) return false;
  if (notice.webhook_id != 0) return number_of(hook, "id") == notice.webhook_id;
  const auto is = [](std::int64_t a, std::int64_t b) { return a != 0 && a == b; };
  const auto team = number_of(hook, "teamId");
  const bool ours = is(team, world.organization_id) || is(team, notice.team_id) ||
                    is(number_of(hook, "userId"), notice.user_id) ||
                    is(number_of(hook, "eventTypeId"), notice.event_type_id);
  const auto& triggers = hook.at("triggers").as_array();
  return ours && std::find(triggers.begin(), triggers.end(), json::value(notice.trigger)) != triggers.end();
}

std::string envelope(const Notice& notice, const std::string& now) {
  json::object all{{"triggerEvent", notice.trigger}};
  if (notice.flat) {
    for (const auto& [name, value] : notice.payload) all[name] = value;
  } else {
    all["createdAt"] = now;
    all["payload"] = notice.payload;
  }
  return json::serialize(all);
}

// Templates are not for the flat ones.
void apply_template(const Row& hook, const Notice& notice, Delivery& delivery) {
  const auto text = text_of(hook, "payloadTemplate");
  if (text.empty() || notice.flat) return;
  json::object values = notice.payload;
  values["triggerEvent"] = notice.trigger;
  values["createdAt"] = delivery.created_at;
  json::error_code no_json;
  json::parse(text, no_json);
  if (no_json) delivery.content_type = "application/x-www-form-urlencoded";
  delivery.body = filled(text, values);
}

std::string uid_of(const Notice& notice) {
  const auto uid = text_of(notice.payload, "uid");
  return std::string(uid.empty() ? text_of(notice.payload, "bookingUid") : uid);
}

}  // namespace

std::vector<Delivery> deliveries_of(World& world, const Notice& notice) {
  std::vector<Delivery> all;
  const std::string now = to_text(world.clock.wall()), body = envelope(notice, now);
  for (const auto& [id, hook] : world.webhooks.rows()) {
    if (!subscribes(world, hook, notice)) continue;
    Delivery delivery{notice.trigger,
                      uid_of(notice),
                      std::string(text_of(hook, "subscriberUrl")),
                      "application/json",
                      body,
                      "no-secret-provided",
                      now};
    apply_template(hook, notice, delivery);
    if (const auto secret = text_of(hook, "secret"); !secret.empty())
      delivery.signature = to_hex(HmacKey(secret).sign(delivery.body));
    all.push_back(std::move(delivery));
  }
  return all;
}

}  // namespace calsync::sandbox
