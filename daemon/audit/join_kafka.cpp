#include "daemon/audit/join_kafka.hpp"

#include <algorithm>
#include <set>

namespace calsync::audit {
namespace {

using Partition = std::pair<std::string, int>;  // topic, number

std::string differing(const EventFacts& logged, const EventFacts& told) {
  std::string fields;
  const auto note = [&fields](bool same, const char* name) {
    if (!same) fields += (fields.empty() ? "" : ", ") + std::string(name);
  };
  note(logged.topic == told.topic, "topic");
  note(logged.key == told.key, "key");
  note(logged.type == told.type || told.type == "event.oversize" || told.type == "event.erased" ||
           logged.type == "event.erased",
       "type");
  note(logged.key_sequence == told.key_sequence, "place in its key");
  note(logged.hash == told.hash, "hash");
  return fields;
}

class Joining {
 public:
  explicit Joining(const KafkaJoinOptions& options) : options_(options) {}

  void not_told(EventFacts event) {
    missing_keys_.emplace(event.topic, event.key);  // a gap in its numbers is then no finding of its own
    missing_.emplace(event.sequence, std::move(event));
  }

  void told_as_logged(const EventFacts& logged, const EventFacts& told) {
    see(told);
    ++out_.compared;
    if (const std::string fields = differing(logged, told); !fields.empty())
      find("differs", logged, "Kafka has it with another " + fields);
  }

  // Of a sequence that the log's events have passed already, or that is none of theirs.
  void told_out_of_turn(const EventFacts& told) {
    if (told.sequence > options_.last) {
      ++out_.newer;
      return;
    }
    const auto missed = missing_.find(told.sequence);
    if (missed == missing_.end()) return find("doubled", told, "Kafka has it more than once");
    find("out_of_order", told, "it stands in Kafka behind a later event");
    told_as_logged(missed->second, told);
    missing_.erase(missed);
  }

  KafkaJoin finish() {
    for (const auto& [sequence, event] : missing_) {
      const auto first = first_.find(partition_of(event));
      if (sequence < highest_ && (first == first_.end() || sequence < first->second)) {
        ++out_.not_retained;
        continue;
      }
      const bool due = sequence < highest_ || event.received <= options_.published_until;
      find("unpublished", event, "Kafka does not have it", due ? Weight::now : Weight::pending);
    }
    out_.newest_told = highest_;
    return std::move(out_);
  }

 private:
  [[nodiscard]] Partition partition_of(const EventFacts& event) const {
    return {event.topic, options_.partition(event)};
  }
  void see(const EventFacts& told) {
    if (!out_.oldest_told) out_.oldest_told = told.sequence;
    highest_ = std::max(highest_, told.sequence);
    first_.try_emplace(partition_of(told), told.sequence);
    auto& last = of_key_[{told.topic, told.key}];
    const bool explained = told.key_sequence > last && missing_keys_.contains({told.topic, told.key});
    if (last != 0 && told.key_sequence != last + 1 && !explained)
      find("out_of_order", told,
           "it is number " + std::to_string(told.key_sequence) + " of its key, behind number " +
               std::to_string(last));
    last = told.key_sequence;
  }
  void find(const char* kind, const EventFacts& event, std::string what, Weight weight = Weight::now) {
    Finding finding{weight, kind, event.subject, std::move(what)};
    finding.event = event.sequence;
    if (event.raw.value() != 0) finding.raw = event.raw;
    out_.findings.push_back(std::move(finding));
  }

  const KafkaJoinOptions& options_;
  KafkaJoin out_;
  std::map<EventSequence, EventFacts> missing_;
  std::set<std::pair<std::string, std::string>> missing_keys_;  // topic, key
  std::map<Partition, EventSequence> first_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> of_key_;
  EventSequence highest_{};
};

}  // namespace

Result<KafkaJoin> join_kafka(const Next<EventFacts>& logged, const Next<EventFacts>& told,
                             const KafkaJoinOptions& options) {
  Joining joining(options);
  CALSYNC_TRY(event, "read the log", logged());
  CALSYNC_TRY(record, "read Kafka", told());
  while (event || record) {
    const bool same = event && record && event->sequence == record->sequence;
    if (same) joining.told_as_logged(*event, *record);
    const bool event_first = event && (!record || event->sequence < record->sequence);
    if (event_first) joining.not_told(*event);
    if (!same && !event_first) joining.told_out_of_turn(*record);
    if (same || event_first) {
      CALSYNC_TRY(next_event, "read the log", logged());
      event = std::move(next_event);
    }
    if (same || !event_first) {
      CALSYNC_TRY(next_record, "read Kafka", told());
      record = std::move(next_record);
    }
  }
  return joining.finish();
}

}  // namespace calsync::audit
