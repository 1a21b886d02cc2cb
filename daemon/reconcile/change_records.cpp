#include "daemon/reconcile/change_records.hpp"

#include "daemon/reconcile/owned_json.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

json::array changes_json(const Change& change) {
  json::array out;
  for (const FieldChange& field : change.fields)
    out.push_back(json::object{{"pointer", field.pointer}, {"from", field.from}, {"to", field.to}});
  return out;
}

json::object record(const char* name, const Change& change, const std::string& commit) {
  return {{"record", name},
          {"address", change.address},
          {"kind", change.kind->name},
          {"action", to_text(change.action)},
          {"changes", changes_json(change)},
          {"commit", commit.empty() ? json::value(nullptr) : json::value(commit)}};
}

}  // namespace

std::string started_record(const Change& change, const std::string& commit) {
  return json::serialize(record("change.started", change, commit));
}

std::string failed_record(const Change& change, const std::string& commit, const std::string& why) {
  json::object out = record("change.failed", change, commit);
  out["why"] = why;
  return json::serialize(out);
}

std::string done_record(const Change& change, const Owned& owned) {
  const bool removed = change.action == Action::remove;
  json::object out = record("resource.removed", change, owned.commit);
  if (!removed)
    for (const auto& member : owned_json(change.address, owned)) out[member.key()] = member.value();
  return json::serialize(out);
}

std::string done_record(const Change& change) {
  return json::serialize(record("change.done", change, {}));
}

std::string looked_record(const Plan& drift) {
  std::map<std::string, json::array> found;
  for (const Change& change : drift.changes) found[change.address] = changes_json(change);
  for (const ManualStep& step : drift.manual_steps)
    found[step.address].push_back(
        json::object{{"pointer", step.pointer}, {"from", step.from}, {"to", step.to}});
  json::array list, passed;
  for (auto& [address, changes] : found)
    list.push_back(json::object{{"address", address},
                                {"kind", address.substr(0, address.find('/'))},
                                {"changes", std::move(changes)}});
  for (const std::string& address : drift.held) passed.emplace_back(address);
  for (const Refusal& one : drift.refused)
    if (!one.address.empty()) passed.emplace_back(one.address);
  return json::serialize(json::object{
      {"record", "drift.looked"}, {"found", std::move(list)}, {"passedOver", std::move(passed)}});
}

}  // namespace calsync
