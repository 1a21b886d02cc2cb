#pragma once
#include "state/events/event_record.hpp"
#include "tests/fuzz/oracle.hpp"

#include <algorithm>
#include <vector>

namespace calsync::fuzz {

inline bool same_states(const std::vector<StateValue>& a, const std::vector<StateValue>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const StateValue& one, const StateValue& other) {
                      return one.uid == other.uid && one.json == other.json;
                    });
}

}  // namespace calsync::fuzz
