#include "config/plan/saved_plan.hpp"

#include "config/resources/values.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;

namespace {

// Numbers as a reader of JSON has them, whatever they were made from.
std::string changes_text(const json::object& plan) {
  json::array out;
  if (const json::array* changes = list_in(plan, "changes"))
    for (const json::value& change : *changes) {
      out.push_back(change);
      if (out.back().is_object()) out.back().get_object().erase("impact");
    }
  return json::serialize(out);
}

std::string changes_text(const Plan& plan) {
  const json::value read = json::parse(json::serialize(plan_json(plan)));
  return changes_text(read.get_object());
}

}  // namespace

Result<SavedPlan> read_saved_plan(std::string_view text) {
  boost::system::error_code failed;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), failed);
  const json::object* object = failed ? nullptr : value.if_object();
  if (object == nullptr || text_in(*object, "format") != "calsync.plan/1")
    return Error{Errc::rejected,
                 "this is no plan of the form calsync.plan/1: `calsync plan -o FILE` writes one"};
  SavedPlan plan{
      text_in(*object, "commit"), text_in(*object, "configHash"), text_in(*object, "liveHash"), {}, {}, {}};
  if (const json::object* only = object_in(*object, "only")) {
    plan.only_kind = text_in(*only, "kind");
    plan.only_address = text_in(*only, "address");
  }
  plan.changes = changes_text(*object);
  if (plan.config_hash.empty() || plan.live_hash.empty())
    return Error{Errc::rejected, "the plan does not say what it was made of: plan again"};
  return plan;
}

Result<void> must_be_same(const SavedPlan& saved, const Plan& now) {
  if (saved.commit != now.commit)
    return Error{Errc::rejected, "another commit is checked out than when the plan was made: plan again"};
  if (saved.config_hash != now.config_hash)
    return Error{Errc::rejected, "the files have changed since the plan was made: plan again"};
  if (saved.live_hash != now.live_hash)
    return Error{Errc::rejected, "the live organisation has moved since the plan was made: plan again"};
  if (saved.changes != changes_text(now))
    return Error{Errc::rejected, "the plan was changed by hand since it was made: plan again"};
  return {};
}

}  // namespace calsync
