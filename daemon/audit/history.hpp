// What the log itself tells of lost, late, repeated and disordered webhooks. Pure.
#pragma once
#include "daemon/audit/finding.hpp"
#include "state/events/event_record.hpp"
#include "state/events/raw_delivery.hpp"
#include "state/views/normalise.hpp"

#include <map>
#include <set>

namespace calsync::audit {

// Takes the raw records in their order, each with what became of it and its events.
class History {
 public:
  void take(const RawRecord& record, const RecordSummary& summary, const std::vector<EventRecord>& events);
  // The very bytes of this record came again, so often; the log has them once.
  void came_again(const RawRecord& record, const RecordSummary& summary, std::uint64_t times);
  [[nodiscard]] const std::vector<Finding>& findings() const { return findings_; }
  std::vector<Finding> take_findings() { return std::move(findings_); }

 private:
  struct Known {
    bool by_poll = false;            // the last word about it came from a poll
    bool heard = false;              // a webhook made an event of it
    std::size_t finding = 0;         // which of the findings says that a webhook of it was lost; 0: none
    std::set<Digest> nothing_new{};  // the webhooks that told nothing new
  };
  void told_by_webhook(const RawRecord& record, const EventRecord& event);
  void told_by_poll(const RawRecord& record, const EventRecord& event);
  void told_nothing_new(const RawRecord& record, const RecordSummary& summary);
  void find(const char* kind, const RawRecord& record, std::string booking, std::string what);
  void arrived(Known& known, const char* kind, const RawRecord& record, const std::string& booking,
               std::string what);

  std::map<std::string, Known, std::less<>> bookings_;
  std::map<EventKey, Instant> newest_;  // of the webhooks' events of a chain of bookings
  std::set<EventKey> begun_;  // keys whose first event was seen: all that was told of these bookings is here
  std::vector<Finding> findings_;
};

}  // namespace calsync::audit
