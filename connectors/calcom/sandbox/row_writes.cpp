#include "connectors/calcom/sandbox/row_writes.hpp"

#include "connectors/calcom/sandbox/row.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

bool same(const Row& a, const Row& b, const std::vector<std::string>& columns) {
  return std::all_of(columns.begin(), columns.end(), [&](const std::string& column) {
    const auto* left = a.if_contains(column);
    const auto* right = b.if_contains(column);
    return left != nullptr && right != nullptr && !left->is_null() &&
           json::serialize(*left) == json::serialize(*right);
  });
}

}  // namespace

void stamp(const Fields& fields, World& world, Writing writing, Row& row) {
  const std::string now = to_text(world.clock.wall());
  for (const Field& field : fields) {
    if (field.name == "updatedAt") row[field.name] = now;
    if (writing == Writing::create && (field.name == "createdAt" || field.name == "createdDate"))
      row[field.name] = now;
  }
}

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

bool null_where_none_can_be(const Fields& fields, const Row& given) {
  return std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
    const bool can_be = field.column == "null" && field.need == Field::Need::never;
    return field.stored && !can_be && given.contains(field.name) && given.at(field.name).is_null();
  });
}

}  // namespace calsync::sandbox
