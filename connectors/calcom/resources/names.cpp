#include "connectors/calcom/resources/names.hpp"

namespace calsync {
namespace {

// Of parts that hold any character: lengths keep "a/b" + "c" and "a" + "b/c" apart.
std::string key(std::string_view kind, std::string_view scope, std::string_view name) {
  return std::string(kind) + "/" + std::to_string(scope.size()) + "/" + std::string(scope) + "/" +
         std::string(name);
}

}  // namespace

void Names::learn(std::string_view kind, const std::string& id, const std::string& scope,
                  const std::string& name) {
  names_[std::string(kind) + "/" + id] = name;
  ids_[key(kind, scope, name)] = id;
}

void Names::forget(std::string_view kind, const std::string& id) {
  names_.erase(std::string(kind) + "/" + id);
  std::erase_if(ids_, [&](const auto& one) {
    return one.second == id && one.first.starts_with(std::string(kind) + "/");
  });
}

std::optional<std::string> Names::name_of(std::string_view kind, const std::string& id) const {
  const auto at = names_.find(std::string(kind) + "/" + id);
  return at == names_.end() ? std::nullopt : std::optional(at->second);
}

std::optional<std::string> Names::id_of(std::string_view kind, std::string_view scope,
                                        std::string_view name) const {
  const auto at = ids_.find(key(kind, scope, name));
  return at == ids_.end() ? std::nullopt : std::optional(at->second);
}

}  // namespace calsync
