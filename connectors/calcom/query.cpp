#include "connectors/calcom/query.hpp"

namespace calsync {

void Query::begin(std::string_view name) {
  path_ += path_.find('?') == std::string::npos ? '?' : '&';
  path_ += percent_encoded(name);
  path_ += '=';
}

Query& Query::add(std::string_view name, std::string_view value) {
  begin(name);
  path_ += percent_encoded(value);
  return *this;
}

Query& Query::add(std::string_view name, const std::vector<std::string>& values) {
  if (values.empty()) return *this;
  begin(name);
  for (const std::string& value : values) {
    if (path_.back() != '=') path_ += ',';
    path_ += percent_encoded(value);
  }
  return *this;
}

}  // namespace calsync
