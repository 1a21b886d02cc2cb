#include "config/kinds/kind.hpp"

#include <algorithm>

namespace calsync {

const ResourceKind* find_kind(std::string_view name) {
  const auto kinds = all_kinds();
  const auto at =
      std::find_if(kinds.begin(), kinds.end(), [&](const ResourceKind* kind) { return kind->name == name; });
  return at == kinds.end() ? nullptr : *at;
}

const ResourceKind* find_section(std::string_view section) {
  const auto kinds = all_kinds();
  const auto at = std::find_if(kinds.begin(), kinds.end(), [&](const ResourceKind* kind) {
    return !section.empty() && kind->section == section;
  });
  return at == kinds.end() ? nullptr : *at;
}

const Field* find_field(std::span<const Field> fields, std::string_view name) {
  const auto at =
      std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.name == name; });
  return at == fields.end() ? nullptr : &*at;
}

}  // namespace calsync
