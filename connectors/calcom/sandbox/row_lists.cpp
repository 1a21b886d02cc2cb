#include "connectors/calcom/sandbox/resource.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

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

}  // namespace

Answer list_rows(World& world, const Request& request, const PathParams& params) {
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

}  // namespace calsync::sandbox
