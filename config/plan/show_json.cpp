// The plan's format (DESIGN §6, §12.8): names here are a contract.
#include "config/plan/plan.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

json::value or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::array texts(const std::vector<std::string>& list) {
  json::array out;
  for (const auto& one : list) out.emplace_back(one);
  return out;
}

json::object shown(const Impact& impact) {
  json::array bookings, amount;
  for (const auto& one : impact.bookings)
    bookings.push_back(json::object{{"uid", one.uid}, {"title", one.title}, {"start", one.start}});
  for (const auto& [currency, minor] : impact.amounts)
    amount.push_back(json::object{{"currency", currency}, {"amount", minor}});
  return {{"upcomingBookings", std::move(bookings)},
          {"people", texts(impact.people)},
          {"amount", std::move(amount)}};
}

json::object shown(const Change& change) {
  json::array fields;
  for (const auto& field : change.fields)
    fields.push_back(json::object{{"pointer", field.pointer},
                                  {"from", field.from},
                                  {"to", field.to},
                                  {"origin", or_null(to_text(field.origin))}});
  return {{"address", change.address},
          {"kind", change.kind->name},
          {"action", to_text(change.action)},
          {"renamedFrom", or_null(change.renamed_from)},
          {"fields", std::move(fields)},
          {"impact", change.impact ? json::value(shown(*change.impact)) : json::value(nullptr)},
          {"requires", texts(change.needs)},
          {"notes", texts(change.notes)}};
}

json::object summary(const Plan& plan) {
  json::object out;
  for (const auto action : {Action::create, Action::update, Action::disable, Action::remove})
    out[to_text(action)] = std::ranges::count(plan.changes, action, &Change::action);
  out["manual"] = plan.manual_steps.size();
  out["adopt"] = plan.adopted.size();
  out["unmanaged"] = plan.unmanaged.size();
  out["refused"] = plan.refused.size();
  return out;
}

}  // namespace

json::value plan_json(const Plan& plan) {
  json::array changes, steps, refused, not_taken;
  for (const auto& one : plan.changes) changes.push_back(shown(one));
  for (const auto& one : plan.manual_steps)
    steps.push_back(json::object{{"address", one.address},
                                 {"pointer", one.pointer},
                                 {"from", one.from},
                                 {"to", one.to},
                                 {"what", one.what}});
  for (const auto& one : plan.refused)
    refused.push_back(
        json::object{{"address", or_null(one.address)}, {"what", one.what}, {"whole", one.whole}});
  for (const auto& one : plan.not_taken)
    not_taken.push_back(
        json::object{{"address", one.address}, {"pointer", one.pointer}, {"wanted", one.wanted}});
  return json::object{
      {"format", "calsync.plan/1"},
      {"commit", or_null(plan.commit)},
      {"dirty", plan.dirty},
      {"only", json::object{{"kind", or_null(plan.only_kind)}, {"address", or_null(plan.only_address)}}},
      {"configHash", plan.config_hash},
      {"liveHash", plan.live_hash},
      {"changes", std::move(changes)},
      {"adopted", texts(plan.adopted)},
      {"manualSteps", std::move(steps)},
      {"unmanaged", texts(plan.unmanaged)},
      {"kept", texts(plan.kept)},
      {"refused", std::move(refused)},
      {"notTaken", std::move(not_taken)},
      {"held", texts(plan.held)},
      {"summary", summary(plan)},
      {"estimatedSeconds", plan.estimated_seconds}};
}

}  // namespace calsync
