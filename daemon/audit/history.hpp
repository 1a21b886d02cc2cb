// What the log itself tells of lost, late, repeated and disordered webhooks. Pure.
#pragma once
#include "daemon/audit/finding.hpp"
#include "state/events/event_record.hpp"
#include "state/events/raw_delivery.hpp"
#include "state/views/normalise.hpp"

#include <map>

namespace calsync::audit {

// Takes the raw records in their order, each with what became of it and its events.
class History {
 public:
  void take(const RawRecord& record, const RecordSummary& summary, const std::vector<EventRecord>& events);
  [[nodiscard]] const std::vector<Finding>& findings() const { return findings_; }
  std::vector<Finding> take_findings() { return std::move(findings_); }

 private:
  void told_by_poll(const RawRecord& record, const EventRecord& event);
  void told_nothing_new(const RawRecord& record, const RecordSummary& summary);
  void find(const char* kind, const RawRecord& record, std::string booking, std::string what);

  struct Known {
    bool by_poll = false;     // the last word about it came from a poll
    std::size_t finding = 0;  // which of the findings that was; 0: none
    Instant newest{};         // of its webhooks' events
  };
  std::map<std::string, Known, std::less<>> bookings_;
  std::vector<Finding> findings_;
};

}  // namespace calsync::audit
