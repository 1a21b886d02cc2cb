// The recorded exchanges: tests/fixtures/calcom/recorded.jsonl.
#pragma once
#include <boost/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace calsync::replay {

struct Exchange {
  int number = 0;
  std::string name, at, method, path, version, key;
  std::optional<boost::json::value> body;  // a string: text that is no JSON
  unsigned status = 0;
  std::optional<std::int64_t> remaining;
  boost::json::value answer;
};

std::vector<Exchange> read_recording();

}  // namespace calsync::replay
