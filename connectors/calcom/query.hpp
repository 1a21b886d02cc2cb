// A path with its query, percent-encoded as the API reads it. Pure.
//   Query("/v2/organizations/1/bookings").add("status", "upcoming").add("teamsIds", ids).path()
#pragma once
#include "connectors/http/percent.hpp"

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

namespace calsync {

class Query {
 public:
  explicit Query(std::string_view path) : path_(path) {}  // may hold a query already
  Query& add(std::string_view name, std::string_view value);
  // Several values stand in one parameter, between commas (CONTRACT §2). None: the parameter is left out.
  Query& add(std::string_view name, const std::vector<std::string>& values);
  Query& add(std::string_view name, std::integral auto value) { return add(name, std::to_string(value)); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  void begin(std::string_view name);
  std::string path_;
};

}  // namespace calsync
