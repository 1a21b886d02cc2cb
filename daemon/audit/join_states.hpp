// What the compacted topic booking-state holds against what the log's events last told of each booking. Pure.
#pragma once
#include "daemon/audit/finding.hpp"
#include "state/base/crypto.hpp"
#include "state/events/event_record.hpp"

#include <map>

namespace calsync::audit {

// Memory: a line for each booking.
class StateJoin {
 public:
  void logged(const EventRecord& event);
  void told(const std::string& uid, EventSequence sequence, const std::optional<std::string>& value);
  // Of what either side took in. `last`: the log's last event; what Kafka tells beyond it is not looked at.
  // `due`: of events up to here Kafka must have the state.
  [[nodiscard]] std::vector<Finding> findings(EventSequence last, EventSequence due) const;

 private:
  struct State {
    EventSequence sequence{};
    Digest digest{};  // of the value; all 0: none
  };
  static Digest digest_of(const std::string& value) { return value.empty() ? Digest{} : sha256(value); }
  std::map<std::string, State, std::less<>> logged_, told_;
};

}  // namespace calsync::audit
