#include "tests/connectors/calcom/sandbox/replay/recording.hpp"

#include <fstream>

namespace calsync::replay {

namespace {

std::string text(const boost::json::object& line, const char* name) {
  const auto* value = line.if_contains(name);
  return value == nullptr ? std::string{} : std::string(value->as_string());
}

Exchange exchange(const boost::json::object& line) {
  Exchange one;
  one.number = line.at("n").to_number<int>();
  one.name = text(line, "name");
  one.at = text(line, "at");
  one.method = text(line, "method");
  one.path = text(line, "path");
  one.version = text(line, "version");
  one.key = text(line, "key");
  if (const auto* body = line.if_contains("body")) one.body = *body;
  one.status = line.at("status").to_number<unsigned>();
  if (const auto* remaining = line.if_contains("remaining")) one.remaining = remaining->as_int64();
  one.answer = line.at("answer");
  return one;
}

}  // namespace

std::vector<Exchange> read_recording() {
  std::ifstream file(CALSYNC_SOURCE_DIR "/tests/fixtures/calcom/recorded.jsonl");
  std::vector<Exchange> all;
  for (std::string line; std::getline(file, line);)
    all.push_back(exchange(boost::json::parse(line).as_object()));
  return all;
}

}  // namespace calsync::replay
