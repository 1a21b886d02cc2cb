// Two answers held against each other: the same keys and JSON types, all the way down; and whether the values are too.
#pragma once
#include "tests/connectors/calcom/sandbox/replay/ids.hpp"

#include <boost/json.hpp>

#include <string>
#include <vector>

namespace calsync::replay {

struct Difference {
  std::vector<std::string> shape;   // "/data/0/metadata: only recorded"
  std::vector<std::string> values;  // "/data/0/name: "A" ≠ "B""
};

// Learns on the way which of our ids, uids and instants stand for which recorded ones.
Difference compare(std::string_view kind, const boost::json::value& recorded, const boost::json::value& ours,
                   Ids& ids);

}  // namespace calsync::replay
