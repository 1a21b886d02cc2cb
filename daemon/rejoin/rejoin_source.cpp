#include "connectors/kafka/cluster.hpp"
#include "daemon/publish/topic_set.hpp"
#include "daemon/rejoin/rejoin.hpp"

#include <utility>

namespace calsync {
namespace {

constexpr std::chrono::seconds slice{5}, patience{60};

// Ends what the lost daemon left open, and lets it begin nothing more: only then is the cursor exact (F10).
Result<void> fence(Broker& broker, const std::string& prefix, const LogId& log, const std::stop_token& stop) {
  CALSYNC_TRY(producer, "fence",
              broker.open(transactional_id(prefix, log), topic_names(topic_specs(prefix))));
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const KafkaError error = producer->init(slice);
    if (error.ok()) return {};
    if (stop.stop_requested()) return Error{Errc::cancelled, "interrupted"};
    if (error.kind != KafkaClass::retriable || std::chrono::steady_clock::now() > until)
      return Error{Errc::unavailable, "Kafka does not end what the lost daemon left open: " + error.text};
  }
}

}  // namespace

RejoinSource rejoin_from(KafkaOptions options, const std::string& topic_prefix, const LogId& log,
                         std::stop_token stop) {
  const auto specs = topic_specs(topic_prefix);
  const std::shared_ptr<Broker> broker = reach_cluster(options);
  RejoinSource source;
  source.topic_prefix = topic_prefix;
  source.cursor = [=]() -> Result<std::optional<CursorRecord>> {
    const std::string& cursor_name = specs.back().name;
    CALSYNC_TRY(facts, "topics", broker->describe({cursor_name}));
    if (facts.front().partitions == 0) return std::optional<CursorRecord>{};
    CALSYNC_CHECK("cursor", fence(*broker, topic_prefix, log, stop));
    return broker->read_cursor(cursor_name);
  };
  source.committed = [=](EventSequence after) {
    auto names = topic_names(specs);
    names.pop_back();  // the cursor
    return read_committed(options, names, after);
  };
  return source;
}

}  // namespace calsync
