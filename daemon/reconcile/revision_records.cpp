#include "daemon/reconcile/revision_records.hpp"

#include "state/base/crypto.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

json::array refused_json(const Plan& plan) {
  json::array out;
  for (const Refusal& one : plan.refused)
    out.push_back(json::object{{"address", one.address}, {"what", one.what}});
  return out;
}

}  // namespace

std::string revision_seen_record(const std::string& branch, const std::string& commit,
                                 const std::string& why) {
  return json::serialize(json::object{{"record", "revision.seen"},
                                      {"branch", branch},
                                      {"commit", commit},
                                      {"good", why.empty()},
                                      {"why", why.empty() ? json::value(nullptr) : json::value(why)}});
}

std::string plan_made_record(const std::string& branch, const Plan& plan) {
  json::array changes;
  for (const Change& change : plan.changes)
    changes.push_back(json::object{{"address", change.address}, {"action", to_text(change.action)}});
  return json::serialize(json::object{{"record", "plan.made"},
                                      {"branch", branch},
                                      {"commit", plan.commit},
                                      {"plan", plan_digest(plan)},
                                      {"changes", std::move(changes)},
                                      {"refused", refused_json(plan)}});
}

std::string plan_digest(const Plan& plan) {
  json::array changes;
  for (const Change& change : plan.changes) {
    json::array fields;
    for (const FieldChange& field : change.fields)
      fields.push_back(json::array{field.pointer, field.from, field.to});
    changes.push_back(json::array{change.address, to_text(change.action), std::move(fields)});
  }
  const json::array whole{plan.commit, std::move(changes), refused_json(plan)};
  return to_hex(sha256(json::serialize(whole)));
}

}  // namespace calsync
