#include "daemon/reconcile/snapshot.hpp"

#include "config/resources/values.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

constexpr std::string_view format = "calsync.snapshot/1";

Result<Resource> resource_in(const json::value& value, std::size_t index) {
  const std::string where = "/resources/" + std::to_string(index);
  const json::object* object = value.if_object();
  const ResourceKind* kind = object != nullptr ? find_kind(text_in(*object, "kind")) : nullptr;
  const json::object* fields = object != nullptr ? object_in(*object, "fields") : nullptr;
  if (kind == nullptr || fields == nullptr || text_in(*object, "address").empty())
    return Error{Errc::rejected,
                 where + " of the snapshot is no resource: make it anew with `calsync import --snapshot`"};
  Resource out;
  out.kind = kind;
  out.address = text_in(*object, "address");
  out.id = text_in(*object, "id");
  out.fields = *fields;
  if (const json::array* names = list_in(*object, "beyondApi"))
    for (const auto& name : *names)
      if (name.is_string()) out.beyond_api.emplace(name.get_string());
  return out;
}

// It is made to be handed around: who may plan against it need not know how to sign webhooks.
json::object without_secret(json::object fields) {
  if (fields.contains("secret")) fields["secret"] = nullptr;
  return fields;
}

}  // namespace

std::string snapshot_text(const LiveState& live, std::int64_t organization) {
  json::array resources, ambiguous;
  for (const auto& [address, one] : live.resources) {
    json::object row{{"kind", one.kind->name},
                     {"address", address},
                     {"id", one.id},
                     {"fields", without_secret(one.fields)}};
    if (!one.beyond_api.empty()) row["beyondApi"] = json::array(one.beyond_api.begin(), one.beyond_api.end());
    resources.push_back(std::move(row));
  }
  for (const auto& address : live.ambiguous) ambiguous.emplace_back(address);
  return json::serialize(json::object{{"format", format},
                                      {"organization", organization},
                                      {"keyOwner", live.key_owner},
                                      {"ambiguous", std::move(ambiguous)},
                                      {"resources", std::move(resources)}}) +
         "\n";
}

Result<LiveState> read_snapshot(std::string_view text) {
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed);
  const json::object* object = failed ? nullptr : value.if_object();
  const json::array* resources = object != nullptr ? list_in(*object, "resources") : nullptr;
  if (resources == nullptr || text_in(*object, "format") != format)
    return Error{Errc::rejected, "this is no snapshot of the form " + std::string(format) +
                                     ": make one with `calsync import --snapshot FILE`"};
  LiveState live;
  live.key_owner = text_in(*object, "keyOwner");
  if (const json::array* list = list_in(*object, "ambiguous"))
    for (const auto& one : *list)
      if (one.is_string()) live.ambiguous.emplace_back(one.get_string());
  for (std::size_t i = 0; i < resources->size(); ++i) {
    CALSYNC_TRY(resource, "snapshot", resource_in((*resources)[i], i));
    const std::string address = resource.address;
    live.resources.insert_or_assign(address, std::move(resource));
  }
  return live;
}

}  // namespace calsync
