#include "connectors/kafka/cursor.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

constexpr std::string_view format = "calsync.cursor/1";

std::string text_of(const json::object& object, std::string_view name) {
  return std::string(object.at(name).as_string());
}

CursorRecord read(const json::object& object) {
  CursorRecord cursor;
  cursor.log = LogId(text_of(object, "logId"));
  cursor.generation = object.at("generation").to_number<std::uint64_t>();
  cursor.nonce = text_of(object, "nonce");
  cursor.instance = text_of(object, "instance");
  cursor.sequence = EventSequence(object.at("sequence").to_number<std::uint64_t>());
  const auto hash = digest_from_hex(text_of(object, "hash"));
  const auto at = parse_instant(text_of(object, "at"));
  if (!hash || !at) throw std::invalid_argument("hash or at");
  cursor.hash = *hash;
  cursor.at = *at;
  for (const auto& [topic, count] : object.at("partitions").as_object()) {
    cursor.partitions.emplace(topic, count.to_number<int>());
  }
  return cursor;
}

}  // namespace

std::string encode(const CursorRecord& cursor) {
  json::object partitions;
  for (const auto& [topic, count] : cursor.partitions) partitions[topic] = count;
  return json::serialize(json::object{{"format", format},
                                      {"logId", cursor.log.value()},
                                      {"generation", cursor.generation},
                                      {"nonce", cursor.nonce},
                                      {"instance", cursor.instance},
                                      {"sequence", cursor.sequence.value()},
                                      {"hash", to_hex(cursor.hash)},
                                      {"partitions", std::move(partitions)},
                                      {"at", to_text(cursor.at)}});
}

Result<CursorRecord> decode_cursor(std::string_view text) {
  const Error damaged{Errc::corrupt, "the cursor record in Kafka is not one that calsync wrote"};
  boost::system::error_code failed;
  json::parse_options options;
  options.max_depth = 4;
  const auto value = json::parse(text, failed, {}, options);
  if (failed || !value.is_object()) return damaged;
  const auto* found = value.get_object().if_contains("format");
  if (found == nullptr || !found->is_string()) return damaged;
  if (found->get_string() != format) {
    return Error{Errc::foreign, "the cursor record in Kafka has format " + std::string(found->get_string()) +
                                    ", this calsyncd knows " + std::string(format) +
                                    ": install the newer version"};
  }
  try {
    return read(value.get_object());
  } catch (const std::exception&) {  // Boost.JSON's way of saying that a field is missing or of another type
    return damaged;
  }
}

}  // namespace calsync
