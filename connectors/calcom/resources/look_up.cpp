// Reading one resource as it is now: by its id where Cal.com has such a call, else by listing.
#include "config/resources/values.hpp"
#include "connectors/calcom/api_answer.hpp"
#include "connectors/calcom/paging.hpp"
#include "connectors/calcom/resources/perform.hpp"
#include "connectors/calcom/resources/resource_json.hpp"
#include "state/events/email.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

// No GET of one (CONTRACT §5, §9).
bool by_list_only(const ResourceKind& kind) {
  return kind.name == "user" || kind.name == "outOfOffice";
}

json::object parents_of(const Resource& resource) {
  json::object out;
  const std::string_view other = resource.kind->other_owner;
  if (!other.empty() && resource.fields.contains(other))
    out[other] = text_in(resource.fields, other);
  else if (resource.kind->name == "webhook")
    out["scope"] = "organization";
  else if (resource.kind->name == "membership" || resource.kind->name == "eventType" ||
           resource.kind->name == "workflow")
    out["team"] = text_in(resource.fields, "team");
  return out;
}

}  // namespace

// Of a webhook of one event type both stand in one field: "team/slug".
Result<std::string> Performer::owner_id(const Resource& resource, std::string_view name) const {
  std::string team = text_in(resource.fields, "team"), owner = text_in(resource.fields, name);
  const std::string both = text_in(resource.fields, "eventType");
  if (resource.kind->name == "webhook") {
    team = both.substr(0, both.find('/'));
    owner = name == "team" ? team : both.substr(both.find('/') + 1);
  }
  auto id = live_.names.id_of(name, name == "eventType" ? team : "", owner);
  if (!id) return Error{Errc::not_found, "Cal.com has no " + std::string(name) + " " + owner + " (yet)"};
  return *std::move(id);
}

Result<std::string> Performer::path(std::string_view pattern, const Resource& resource,
                                    const std::string& id) const {
  std::string out;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    out += pattern.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = pattern.find('}', open);
    const std::string_view name = pattern.substr(open + 1, close - open - 1);
    pattern.remove_prefix(close + 1);
    if (name == "organization") {
      out += std::to_string(organization_);
    } else if (name == "id") {
      out += id;
    } else if (name == "me") {
      out += live_.key_owner_name;
    } else {
      CALSYNC_TRY(owner, "path", owner_id(resource, name));
      out += owner;
    }
  }
  return out;
}

void Performer::note(Resource now, const json::object& row) {
  const std::string address = now.address;
  std::string membership;
  if (const auto before = live_.rows.find(address); before != live_.rows.end())
    membership = text_in(before->second, "_membership");
  json::object kept = row;
  if (!membership.empty()) kept["_membership"] = membership;
  live_.rows[address] = std::move(kept);
  live_.resources.insert_or_assign(address, std::move(now));
}

Result<std::optional<Resource>> Performer::look_up(const Resource& like, const std::string& id) {
  if (by_list_only(*like.kind)) return find_by_name(like);
  CALSYNC_TRY(target, "path", path(endpoints_of(like).update, like, id));
  const std::string call = "GET " + target;
  CALSYNC_TRY(answer, call, api_.get(target, use_));
  const bool unknown = answer.status == 404 || (like.kind->name == "webhook" && answer.status == 403);
  if (unknown) return std::optional<Resource>{};
  if (!answer.ok()) return answer.error(call);
  CALSYNC_TRY(data, call, read_data(answer, call));
  const json::value& one = data.is_array() && !data.get_array().empty() ? data.get_array().front() : data;
  if (!one.is_object()) return Error{Errc::rejected, call + " answered no object"};
  CALSYNC_TRY(resource, call, from_wire(*like.kind, one.get_object(), parents_of(like), live_.names));
  note(resource, one.get_object());
  return std::optional(std::move(resource));
}

// The role is the membership's, which has a list of its own.
Result<void> Performer::add_role(Resource& user, json::object& row) {
  CALSYNC_TRY(memberships, "memberships",
              list_all(api_, "/v2/organizations/" + std::to_string(organization_) + "/memberships", use_));
  for (const auto& [id, membership] : memberships) {
    if (id_text(membership, "userId") != user.id) continue;
    user.fields["organizationRole"] = text_in(membership, "role");
    row["_membership"] = id;
  }
  return {};
}

Result<std::optional<Resource>> Performer::find_by_name(const Resource& like) {
  CALSYNC_TRY(target, "path", path(endpoints_of(like).list, like, ""));
  const bool pages = like.kind->name != "eventType";
  CALSYNC_TRY(rows, "list " + std::string(like.kind->name),
              pages ? list_all(api_, target, use_) : list_once(api_, target, use_));
  std::optional<Resource> found;
  for (auto& [id, row] : rows) {
    if (like.kind->name == "user") row["email"] = lower_ascii(text_in(row, "email"));
    if (like.kind->name == "workflow" && text_in(row, "name").empty()) continue;
    CALSYNC_TRY(resource, "read", from_wire(*like.kind, row, parents_of(like), live_.names));
    if (resource.address != like.address) continue;
    if (found)
      return Error{Errc::conflict, "Cal.com has more than one " + like.address + ": remove one in the UI"};
    if (like.kind->name == "user" && like.fields.contains("organizationRole")) {
      CALSYNC_CHECK("role", add_role(resource, row));
    }
    note(resource, row);
    found = std::move(resource);
  }
  return found;
}

}  // namespace calsync
