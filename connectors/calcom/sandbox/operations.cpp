#include "connectors/calcom/sandbox/references.hpp"
#include "connectors/calcom/sandbox/resource.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

std::int64_t value_of(const Scope& scope, const PathParams& params) {
  return scope.param == "caller" ? params.caller_id() : params.id(scope.param);
}

bool in_scope(const Mount& mount, const PathParams& params, const Row& row) {
  return std::all_of(mount.scopes.begin(), mount.scopes.end(), [&](const Scope& scope) {
    return number_of(row, scope.column) == value_of(scope, params);
  });
}

std::optional<Answer> obey(const std::vector<Rule>& rules, Write& write) {
  for (const Rule rule : rules)
    if (auto answer = rule(write)) return answer;
  return std::nullopt;
}

void stamp(const Fields& fields, World& world, Writing writing, Row& row) {
  const std::string now = to_text(world.clock.wall());
  for (const Field& field : fields) {
    if (field.name == "updatedAt") row[field.name] = now;
    if (writing == Writing::create && (field.name == "createdAt" || field.name == "createdDate"))
      row[field.name] = now;
  }
}

bool same(const Row& a, const Row& b, const std::vector<std::string>& columns) {
  return std::all_of(columns.begin(), columns.end(), [&](const std::string& column) {
    const auto* left = a.if_contains(column);
    const auto* right = b.if_contains(column);
    return left != nullptr && right != nullptr && !left->is_null() &&
           json::serialize(*left) == json::serialize(*right);
  });
}

// `row` as it would be; `id` of the one that is changed, 0 for a new one.
std::optional<Answer> taken_already(World& world, const Resource& resource, const Row& row, const Row& given,
                                    std::int64_t id) {
  Table& table = world.*resource.table;
  for (const Unique& unique : resource.unique) {
    const bool asked =
        id == 0 || std::any_of(unique.columns.begin(), unique.columns.end(),
                               [&](const std::string& column) { return given.contains(column); });
    const auto clashes = [&](const Row& other) {
      return same(other, row, unique.columns) && (unique.counts_itself || number_of(other, "id") != id);
    };
    if (!asked || table.find_if(clashes) == nullptr) continue;
    if (unique.in_database && id == 0) ++table.next_id;
    return unique.error();
  }
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

std::optional<Answer> guarded(World& world, const Request& request, const PathParams& params) {
  return params.mount->guard == nullptr ? std::nullopt : params.mount->guard(world, request, params);
}

// The validation lets null through for what is optional; the database does not for a column that cannot be empty.
bool null_where_none_can_be(const Fields& fields, const Row& given) {
  return std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
    const bool can_be = field.column == "null" && field.need == Field::Need::never;
    return field.stored && !can_be && given.contains(field.name) && given.at(field.name).is_null();
  });
}

Answer create_row(World& world, const Request& request, const PathParams& params) {
  if (auto refusal = guarded(world, request, params)) return *std::move(refusal);
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
  if (auto refusal = guarded(world, request, params)) return *std::move(refusal);
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
  if (auto answer = obey(resource.after_patch, write)) return *std::move(answer);
  return success(written(world, resource, *write.row));
}

Answer get_row(World& world, const Request& request, const PathParams& params) {
  if (auto refusal = guarded(world, request, params)) return *std::move(refusal);
  const Row* row = row_of(world, *params.mount, params);
  if (row == nullptr) return unknown(world, request, params);
  Row answer = shown(world, *params.mount->resource, *row);
  if (params.mount->dress_one != nullptr) params.mount->dress_one(world, *row, answer);
  return success(std::move(answer));
}

Answer delete_row(World& world, const Request& request, const PathParams& params) {
  if (auto refusal = guarded(world, request, params)) return *std::move(refusal);
  const Resource& resource = *params.mount->resource;
  const Row* row = row_of(world, *params.mount, params);
  if (row == nullptr) return unknown(world, request, params);
  const auto data = resource.removed != nullptr ? resource.removed(world, *row)
                                                : std::optional<json::value>(shown(world, resource, *row));
  remove(world, resource.table, number_of(*row, "id"));
  return data ? success(*data) : Answer{200, json::object{{"status", "success"}}};
}

// Lists without an order may come in another one after any write (CONTRACT §2).
void disorder(const World& world, std::vector<const Row*>& rows) {
  if (!world.unordered_lists) return;
  std::mt19937_64 order(world.seed + world.changes);
  for (std::size_t left = rows.size(); left > 1; --left) std::swap(rows[left - 1], rows[order() % left]);
}

std::vector<const Row*> rows_of(World& world, const Request& request, const PathParams& params) {
  const Mount& mount = *params.mount;
  std::vector<const Row*> rows;
  for (const auto& [id, row] : (world.*mount.resource->table).rows())
    if (in_scope(mount, params, row)) rows.push_back(&row);
  if (!mount.order.empty())
    std::stable_sort(rows.begin(), rows.end(), [&](const Row* a, const Row* b) {
      return text_of(*a, mount.order) < text_of(*b, mount.order);
    });
  disorder(world, rows);
  if (mount.select != nullptr) mount.select(world, request, params, rows);
  return rows;
}

Answer list_rows(World& world, const Request& request, const PathParams& params) {
  if (auto refusal = guarded(world, request, params)) return *std::move(refusal);
  const Mount& mount = *params.mount;
  const Row query = taken_of_query(mount.query, request.query);
  if (auto wrong = findings(mount.query, query, Writing::patch); !wrong.empty())
    return invalid(std::move(wrong));
  const auto rows = rows_of(world, request, params);
  const auto skip = static_cast<std::size_t>(number_of(query, "skip"));
  const auto take = query.contains("take") ? static_cast<std::size_t>(number_of(query, "take")) : rows.size();
  json::array data;
  for (std::size_t i = skip; i < rows.size() && data.size() < take; ++i) {
    Row answer = shown(world, *mount.resource, *rows[i]);
    if (mount.dress_list != nullptr) mount.dress_list(world, request, *rows[i], answer);
    data.push_back(std::move(answer));
  }
  return success(std::move(data));
}

}  // namespace

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
