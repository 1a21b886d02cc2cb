#include "daemon/reconcile/read_register.hpp"

#include "config/resources/values.hpp"
#include "daemon/reconcile/own_views.hpp"
#include "daemon/reconcile/owned_json.hpp"
#include "state/views/register.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

Owned owned_in(const std::string& address, std::string_view body) {
  Owned owned;
  const json::value value = json::parse(body);
  const json::object& object = value.get_object();
  owned.id = text_in(object, "id");
  owned.commit = text_in(object, "commit");
  if (const json::object* fields = object_in(object, "fields")) owned.applied = *fields;
  if (const json::array* list = list_in(object, "notTaken"))
    for (const auto& one : *list)
      if (one.is_object() && one.get_object().contains("wanted"))
        owned.not_taken.push_back(
            {address, text_in(one.get_object(), "pointer"), one.get_object().at("wanted")});
  return owned;
}

}  // namespace

Register register_in(ViewSource& views) {
  Register out;
  views.scan(register_prefix, {}, [&](std::string_view, std::string_view body) {
    if (const auto change = register_change(body))
      out.insert_or_assign(change->address, owned_in(change->address, body));
    return true;
  });
  return out;
}

Result<Register> read_register(const EventLog& log) {
  Register out;
  CALSYNC_CHECK("read the register",
                with_own_views(log, [&](ViewSource& views) { out = register_in(views); }));
  return out;
}

std::string adopted_record(const std::string& address, const Owned& owned) {
  return json::serialize(owned_json(address, owned));
}

std::string forgotten_record(const std::string& address) {
  return json::serialize(json::object{{"record", "resource.removed"}, {"address", address}});
}

json::object owned_json(const std::string& address, const Owned& owned) {
  json::array not_taken;
  for (const auto& one : owned.not_taken)
    not_taken.push_back(json::object{{"pointer", one.pointer}, {"wanted", one.wanted}});
  return {{"record", "resource.applied"},
          {"address", address},
          {"id", owned.id},
          {"fields", owned.applied},
          {"commit", owned.commit.empty() ? json::value(nullptr) : json::value(owned.commit)},
          {"notTaken", std::move(not_taken)}};
}

}  // namespace calsync
