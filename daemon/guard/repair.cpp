#include "daemon/guard/repair.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

std::string text_of(const json::object& row, const char* name) {
  const json::value* value = row.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// Those that it has, and those that we need.
json::array all_triggers(const json::object& row) {
  json::array out;
  if (const json::value* list = row.if_contains("triggers"); list != nullptr && list->is_array())
    out = list->get_array();
  for (const std::string_view trigger : needed_triggers())
    if (std::ranges::find(out, json::value(trigger)) == out.end()) out.emplace_back(trigger);
  return out;
}

void add(Repair& repair, const char* name, json::value value, const char* what) {
  repair.body[name] = std::move(value);
  repair.what += (repair.what.empty() ? "" : ", ") + std::string(what);
}

Repair repair_row(const json::object& row, std::span<const Secret> secrets) {
  Repair repair;
  if (const json::value* active = row.if_contains("active");
      active == nullptr || *active != json::value(true))
    add(repair, "active", true, "switched on");
  const std::string secret = text_of(row, "secret");
  const bool known = std::ranges::any_of(secrets, [&](const Secret& one) { return one.reveal() == secret; });
  if (!known && !secrets.empty())
    add(repair, "secret", json::value(std::string(secrets.front().reveal())), "its secret set");
  if (!text_of(row, "payloadTemplate").empty())
    add(repair, "payloadTemplate", nullptr, "its payload template taken away");
  json::array triggers = all_triggers(row);
  const json::value* had = row.if_contains("triggers");
  if (had == nullptr || *had != json::value(triggers))
    add(repair, "triggers", std::move(triggers), "missing triggers added");
  return repair;
}

}  // namespace

std::optional<Repair> repair_of(const Rows& rows, const std::string& url, std::span<const Secret> secrets) {
  const SubscriptionState state = check_subscription(rows, url, secrets);
  if (state.findings.empty() || secrets.empty()) return std::nullopt;
  if (state.id.empty()) {
    Repair repair;
    repair.body = {{"active", true},
                   {"subscriberUrl", url},
                   {"triggers", all_triggers({})},
                   {"secret", std::string(secrets.front().reveal())}};
    repair.what = "made";
    return repair;
  }
  Repair repair = repair_row(rows.at(state.id), secrets);
  repair.id = state.id;
  return repair.body.empty() ? std::nullopt : std::optional(std::move(repair));
}

Change change_of(const Repair& repair, const Rows& rows, const std::string& url, const std::string& source) {
  const ResourceKind* kind = find_kind("webhook");
  Change change{.address = address_of(*kind, {{"scope", "organization"}, {"subscriberUrl", url}}),
                .kind = kind,
                .action = repair.id.empty() ? Action::create : Action::update};
  const auto row = rows.find(repair.id);
  for (const auto& member : repair.body) {
    FieldChange field{.pointer = "/" + std::string(member.key()), .from = nullptr, .to = member.value()};
    if (member.key() == "secret")
      field.to = "intake.sources[" + source + "].secrets[0]";
    else if (row != rows.end() && row->second.contains(member.key()))
      field.from = row->second.at(member.key());
    change.fields.push_back(std::move(field));
  }
  return change;
}

}  // namespace calsync
