#include "connectors/calcom/sandbox/references.hpp"
#include "connectors/calcom/sandbox/resource.hpp"
#include "connectors/calcom/sandbox/row.hpp"
#include "connectors/calcom/sandbox/row_writes.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

std::optional<Answer> obey(const std::vector<Rule>& rules, Write& write) {
  for (const Rule rule : rules)
    if (auto answer = rule(write)) return answer;
  return std::nullopt;
}

json::value written(World& world, const Resource& resource, const Row& row) {
  return resource.written != nullptr ? resource.written(world, row)
                                     : json::value(shown(world, resource, row));
}

Answer unknown(World& world, const Request& request, const PathParams& params) {
  const Mount& mount = *params.mount;
  return mount.unknown != nullptr ? mount.unknown(world, request, params) : refused(404, "Not Found");
}

Answer create_row(World& world, const Request& request, const PathParams& params) {
  const Resource& resource = *params.mount->resource;
  Write write{world, request, params, taken(resource.fields, request.body, Writing::create)};
  if (auto answer = obey(resource.prepare, write)) return *std::move(answer);
  if (auto wrong = findings(resource.fields, write.given, Writing::create); !wrong.empty())
    return invalid(std::move(wrong));
  if (null_where_none_can_be(resource.fields, write.given)) return internal_error();
  if (auto answer = obey(resource.before_create, write)) return *std::move(answer);
  Row row;
  for (const Scope& scope : params.mount->scopes) row[scope.column] = value_of(scope, params);
  store(resource.fields, write.given, Writing::create, row);
  stamp(resource.fields, world, Writing::create, row);
  if (auto answer = taken_already(world, resource, row, write.given, 0)) return *std::move(answer);
  Table& table = world.*resource.table;
  write.row = table.find(table.insert(std::move(row)));
  if (auto answer = obey(resource.after_create, write)) return *std::move(answer);
  return success(written(world, resource, *write.row), 201);
}

Answer patch_row(World& world, const Request& request, const PathParams& params) {
  const Resource& resource = *params.mount->resource;
  Write write{world, request, params, taken(resource.fields, request.body, Writing::patch),
              row_of(world, *params.mount, params)};
  if (auto answer = obey(resource.prepare, write)) return *std::move(answer);
  if (auto wrong = findings(resource.fields, write.given, Writing::patch); !wrong.empty())
    return invalid(std::move(wrong));
  if (write.row == nullptr) return unknown(world, request, params);
  if (null_where_none_can_be(resource.fields, write.given)) return internal_error();
  if (auto answer = obey(resource.before_patch, write)) return *std::move(answer);
  Row changed = *write.row;
  store(resource.fields, write.given, Writing::patch, changed);
  stamp(resource.fields, world, Writing::patch, changed);
  if (auto answer = taken_already(world, resource, changed, write.given, number_of(changed, "id")))
    return *std::move(answer);
  *write.row = std::move(changed);
  (world.*resource.table).changed(number_of(*write.row, "id"));
  if (auto answer = obey(resource.after_patch, write)) return *std::move(answer);
  return success(written(world, resource, *write.row));
}

Answer get_row(World& world, const Request& request, const PathParams& params) {
  const Row* row = row_of(world, *params.mount, params);
  if (row == nullptr) return unknown(world, request, params);
  Row answer = shown(world, *params.mount->resource, *row);
  if (params.mount->dress_one != nullptr) params.mount->dress_one(world, *row, answer);
  return success(std::move(answer));
}

Answer delete_row(World& world, const Request& request, const PathParams& params) {
  const Resource& resource = *params.mount->resource;
  const Row* row = row_of(world, *params.mount, params);
  if (row == nullptr) return unknown(world, request, params);
  const auto data = resource.removed != nullptr ? resource.removed(world, *row)
                                                : std::optional<json::value>(shown(world, resource, *row));
  remove(world, resource.table, number_of(*row, "id"));
  return data ? success(*data) : Answer{200, json::object{{"status", "success"}}};
}

}  // namespace

std::int64_t value_of(const Scope& scope, const PathParams& params) {
  return scope.param == "caller" ? params.caller_id() : params.id(scope.param);
}

bool in_scope(const Mount& mount, const PathParams& params, const Row& row) {
  return std::all_of(mount.scopes.begin(), mount.scopes.end(), [&](const Scope& scope) {
    return number_of(row, scope.column) == value_of(scope, params);
  });
}

Row* row_of(World& world, const Mount& mount, const PathParams& params) {
  Table& table = world.*mount.resource->table;
  Row* row =
      mount.id == "webhookId"
          ? table.find_if([&](const Row& one) { return text_of(one, "_uuid") == params.text(mount.id); })
          : table.find(params.id(mount.id));
  return row != nullptr && in_scope(mount, params, *row) ? row : nullptr;
}

Row shown(World& world, const Resource& resource, const Row& row) {
  Row answer = shown(resource.fields, row);
  if (resource.dress != nullptr) resource.dress(world, row, answer);
  return answer;
}

Fields paging(std::int64_t most) {
  return {any("take").also(check::least(1)).also(check::most(most)), any("skip").also(check::least(0))};
}

Routes routes_of(const Mount& mount) {
  struct Operation {
    const char* name;
    const char* method;
    bool of_one, reads;
    Handler handler;
  };
  constexpr Operation operations[] = {{"list", "GET", false, true, list_rows},
                                      {"create", "POST", false, false, create_row},
                                      {"get", "GET", true, true, get_row},
                                      {"patch", "PATCH", true, false, patch_row},
                                      {"delete", "DELETE", true, false, delete_row}};
  Routes routes;
  for (const Operation& one : operations) {
    if (mount.operations.find(one.name) == std::string_view::npos) continue;
    routes.push_back({one.method, mount.path + (one.of_one ? "/{" + mount.id + "}" : ""), mount.versions,
                      one.reads ? mount.reads : mount.writes, one.handler, Shape::newest, &mount});
  }
  return routes;
}

}  // namespace calsync::sandbox
