// LOG evt → Kafka, exactly once (RELIABILITY §3.2). Start-up, fencing and recovery are told at the top of
// publish.cpp.
// Owner:    App; started after the log, stopped before it.
// Runs on:  a thread of its own.
// Promises: P8–P12.
// Fails:    publishing stops for good with a reason (`stood_down` → exit 75, `refused` → exit 78).
#pragma once
#include "config/settings/settings.hpp"
#include "connectors/kafka/kafka_options.hpp"
#include "state/base/metric.hpp"
#include "state/store/event_log.hpp"

#include <functional>
#include <memory>

namespace calsync {

enum class PublisherState { starting, publishing, waiting_for_broker, stood_down, refused, stopped };
const char* to_text(PublisherState state);

struct PublisherStatus {
  PublisherState state = PublisherState::starting;
  EventSequence published;      // every event up to here is committed in Kafka
  bool cursor_known = false;    // for /readyz
  bool needs_a_person = false;  // the topics are not as they were left: last_error tells what and the cure
  std::uint64_t generation = 0;
  std::string mode;        // "cluster" or "embedded (demo broker in this process)"
  std::string bootstrap;   // for embedded: where a demo consumer can connect
  std::string last_error;  // one line; empty: none
};

struct PublisherOptions {
  Settings::Kafka kafka;
  KafkaProperties resolved_properties;  // kafka.properties with secret references resolved
  std::string source;                   // ce_source
  // --accept-cursor N: the cursor topic was lost; go on after event N.
  std::optional<std::uint64_t> accept_cursor;
  std::string place{};    // the log's directory_identity()
  bool takeover = false;  // --takeover: this directory is the one to publish from
  // Once, from the publisher's thread: the cursor was read, and this log is the one that Kafka knows.
  std::function<void()> on_cursor{};
};

class Publisher {
 public:
  // `on_end` is called once, from the publisher's thread, when it ends for good (stood_down or refused).
  static std::unique_ptr<Publisher> start(EventLog& log, PublisherOptions options, Clock& clock,
                                          MetricRegistry& metrics,
                                          std::function<void(PublisherState, Error)> on_end);
  virtual ~Publisher() = default;
  [[nodiscard]] virtual PublisherStatus status() const = 0;  // any thread
  virtual void stop() = 0;  // commits or aborts the open transaction, ≤ 5 s

 protected:
  Publisher() = default;
};

}  // namespace calsync
