// Which id is which name: files name things, the API numbers them. Pure.
#pragma once
#include <map>
#include <optional>
#include <string>

namespace calsync {

class Names {
 public:
  // `scope`: of a schedule its person's e-mail, of an event type its team's slug; else "".
  void learn(std::string_view kind, const std::string& id, const std::string& scope, const std::string& name);
  void forget(std::string_view kind, const std::string& id);
  [[nodiscard]] std::optional<std::string> name_of(std::string_view kind, const std::string& id) const;
  [[nodiscard]] std::optional<std::string> id_of(std::string_view kind, std::string_view scope,
                                                 std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> names_;  // "kind/id" → name
  std::map<std::string, std::string, std::less<>> ids_;    // "kind/scope/name" → id
};

}  // namespace calsync
