#include "connectors/kafka/cluster.hpp"
#include "connectors/kafka/committed.hpp"
#include "connectors/kafka/partition.hpp"
#include "daemon/cli/audit_sources.hpp"
#include "daemon/cli/kafka_access.hpp"
#include "daemon/cli/log_place.hpp"
#include "daemon/publish/topic_set.hpp"

#include <charconv>

namespace calsync::cli {

namespace {
constexpr std::size_t chunk_events = 512;
constexpr std::size_t chunk_size = 8U << 20U;

audit::EventFacts facts_of(const StoredEvent& stored) {
  audit::EventFacts facts;
  facts.sequence = stored.event.sequence;
  facts.raw = stored.event.raw;
  facts.topic = to_text(stored.event.topic);
  facts.key = stored.event.key.value();
  facts.type = stored.event.type;
  facts.subject = stored.event.subject;
  facts.hash = to_hex(stored.hash);
  facts.key_sequence = stored.event.key_sequence.value();
  return facts;
}

// The log's events from `first` on, one at a time.
class LoggedEvents {
 public:
  LoggedEvents(const EventLog& log, EventSequence first, audit::StateJoin& states)
      : log_(log), next_(first), last_(log.head().event), states_(states) {}

  Result<std::optional<audit::EventFacts>> operator()() {
    if (at_ == chunk_.size() && next_ <= last_) {
      CALSYNC_TRY(chunk, "read events", log_.read_events(next_, chunk_events, chunk_size));
      chunk_ = std::move(chunk);
      at_ = 0;
      if (!chunk_.empty()) next_ = next(chunk_.back().event.sequence);
    }
    if (at_ == chunk_.size() || chunk_[at_].event.sequence > last_) return std::optional<audit::EventFacts>{};
    const StoredEvent& stored = chunk_[at_++];
    states_.logged(stored.event);
    audit::EventFacts facts = facts_of(stored);
    CALSYNC_TRY(received, "read its record", received_at(log_, stored.event));
    facts.received = received;
    return std::optional(std::move(facts));
  }

 private:
  const EventLog& log_;
  EventSequence next_, last_;
  audit::StateJoin& states_;
  std::vector<StoredEvent> chunk_;
  std::size_t at_ = 0;
};

std::string header_of(const CommittedRecord& record, std::string_view name) {
  const auto found = record.headers.find(name);
  return found == record.headers.end() ? std::string() : found->second;
}

// What Kafka holds of this log's events; the states of bookings that pass by go to `states`.
class ToldEvents {
 public:
  ToldEvents(CommittedSource& source, std::string prefix, std::string log, audit::StateJoin& states)
      : source_(source), prefix_(std::move(prefix)), log_(std::move(log)), states_(states) {}

  Result<std::optional<audit::EventFacts>> operator()() {
    for (;;) {
      CALSYNC_TRY(record, "read Kafka", source_.next());
      if (!record) return std::optional<audit::EventFacts>{};
      const std::string topic = record->topic.substr(prefix_.size());
      if (topic == state_topic) {
        states_.told(record->key, record->sequence, record->value);
        continue;
      }
      if (!header_of(*record, "ce_id").starts_with(log_ + "/")) continue;  // of another log
      return std::optional(facts(*record, topic));
    }
  }

 private:
  static audit::EventFacts facts(const CommittedRecord& record, const std::string& topic) {
    constexpr std::string_view brand = "calsync.";
    audit::EventFacts facts;
    facts.sequence = record.sequence;
    facts.topic = topic;
    facts.key = record.key;
    facts.type = header_of(record, "ce_type");
    if (facts.type.starts_with(brand)) facts.type.erase(0, brand.size());
    facts.subject = header_of(record, "ce_subject");
    facts.hash = header_of(record, "ce_recordhash");
    const std::string number = header_of(record, "ce_keysequence");
    std::from_chars(number.data(), number.data() + number.size(), facts.key_sequence);
    return facts;
  }

  CommittedSource& source_;
  std::string prefix_, log_;
  audit::StateJoin& states_;
};
}  // namespace

Result<KafkaAudit> audit_kafka(const EventLog& log, const Settings::Kafka& settings, const LogSide& side,
                               Instant due) {
  CALSYNC_TRY(options, "audit", kafka_options(settings));
  std::vector<std::string> names = topic_names(topic_specs(settings.topic_prefix));
  names.pop_back();  // the cursor
  CALSYNC_TRY(facts, "look at the topics", reach_cluster(options)->describe(names));
  const auto partitions = partition_counts(settings.topic_prefix, facts);
  std::erase_if(names, [&facts](const std::string& name) {
    return std::ranges::any_of(facts,
                               [&](const auto& one) { return one.name == name && one.partitions == 0; });
  });
  const EventSequence before{side.first.value() - 1};
  std::unique_ptr<CommittedSource> source;
  if (!names.empty()) {
    CALSYNC_TRY(opened, "read Kafka", read_committed(options, names, before));
    source = std::move(opened);
  }
  audit::StateJoin states;
  LoggedEvents logged(log, side.first, states);
  audit::Next<audit::EventFacts> told = [] { return std::optional<audit::EventFacts>{}; };
  if (source) told = ToldEvents(*source, settings.topic_prefix, log.id().value(), states);
  const auto partition = [&partitions](const audit::EventFacts& event) {
    const auto count = partitions.find(event.topic);
    return count == partitions.end() || count->second == 0 ? 0 : partition_of(event.key, count->second);
  };
  CALSYNC_TRY(join, "audit", audit::join_kafka(std::ref(logged), told, {log.head().event, due, partition}));
  KafkaAudit audit;
  audit.findings = std::exchange(join.findings, {});
  for (auto& finding : states.findings(log.head().event, side.settled))
    audit.findings.push_back(std::move(finding));
  audit.join = std::move(join);
  return audit;
}

}  // namespace calsync::cli
