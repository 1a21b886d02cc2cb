#include "connectors/kafka/kafka_options.hpp"

#include "config/settings/kafka_properties.hpp"
#include "config/yaml/near_name.hpp"
#include "connectors/kafka/producer.hpp"
#include "connectors/kafka/rdkafka.hpp"

namespace calsync {

Result<void> check_properties(const KafkaProperties& properties) {
  for (const auto& [name, value] : properties)
    if (const std::string why = owned_kafka_property(name); !why.empty())
      return Error{Errc::rejected, std::string("kafka.properties.").append(name).append(": ").append(why)};
  return {};
}

namespace {

// "; did you mean linger.ms?", or nothing.
std::string hint(rd_kafka_conf_t* known, const std::string& name) {
  std::size_t count = 0;
  const char** words = rd_kafka_conf_dump(known, &count);  // name, value, name, …
  std::vector<std::string> names;
  for (std::size_t i = 0; i + 1 < count; i += 2) names.emplace_back(words[i]);
  rd_kafka_conf_dump_free(words, count);
  const std::string near = near_name(name, names);
  return near.empty() || near == name ? "" : "; did you mean " + near + "?";
}

}  // namespace

std::map<std::string, std::string> property_problems(const KafkaProperties& properties) {
  std::map<std::string, std::string> problems;
  const rdkafka::Conf scratch(rd_kafka_conf_new());
  for (const auto& [name, value] : properties) {
    if (std::string owned = owned_kafka_property(name); !owned.empty())
      problems.emplace(name, std::move(owned));
    else if (const auto good = rdkafka::set(scratch.get(), name, value); !good)
      problems.emplace(name, good.error().what + hint(scratch.get(), name));
  }
  if (!problems.empty()) return problems;
  if (const auto all =
          open_producer({.bootstrap_servers = "", .properties = properties}, "calsync.check", {});
      !all)
    problems.emplace("", all.error().what);
  return problems;
}

}  // namespace calsync
