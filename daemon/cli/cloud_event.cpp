#include "daemon/cli/cloud_event.hpp"

#include "daemon/cli/deep_json.hpp"

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
  CALSYNC_TRY(data, "value", parse_deep_json(message.value.value_or("null")));
  object["data"] = std::move(data);
  return object;
}

}  // namespace calsync::cli
