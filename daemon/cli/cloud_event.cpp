#include "daemon/cli/cloud_event.hpp"

#include <boost/json.hpp>

namespace calsync::cli {

Result<boost::json::object> structured(const KafkaMessage& message) {
  boost::json::object object;
  for (const auto& [name, value] : message.headers) {
    const std::string_view header = name;
    if (header.starts_with("ce_"))
      object[header.substr(3)] = value;
    else if (header == "content-type")
      object["datacontenttype"] = value;
  }
  object["partitionkey"] = message.key;
  object["topic"] = message.topic;
  boost::json::error_code bad;
  auto data = boost::json::parse(message.value.value_or("null"), bad);
  if (bad) return Error{Errc::corrupt, "the value is no JSON"};
  object["data"] = std::move(data);
  return object;
}

}  // namespace calsync::cli
