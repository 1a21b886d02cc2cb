// LOG evt → Kafka, exactly once. The story, RELIABILITY §3.2:
//
// The cursor (how far the log is published, by which claim) is a record of a compacted topic, and every
// transaction that carries events carries the cursor after them. So Kafka itself knows, exactly, where to go
// on, whatever became of us.
//
// Start: topics are checked or made; the cursor is PEEKED at, without fencing anybody: a copied or old log
// directory is refused here and harms nobody. Then init_transactions() fences older instances and ends what
// they left open; after it the cursor is read again, and is exact. The log must hold the very event that the
// cursor names, else it is cut or diverged: refused. Then a claim: generation + 1 and a nonce are noted in
// the log as pending (synced), committed as a cursor, noted as ours. A crash between any two of these is told
// apart by the nonce.
//
// Then: wait for events → begin → up to 2,000 events in order → cursor → commit. One transaction at a time.
//
// Trouble: a call that timed out is made again and goes on where it was; an error that asks for it aborts the
// transaction, and its events are read from the log again; a dead handle is destroyed, and after a pause we
// peek: a newer generation than ours means that another instance publishes this log, and we stand down; else
// we start again from init. One event that can never be taken is found by halving and replaced, in its place,
// by a small event.oversize.
//
// Files: publish_steps (what follows what; pure), ownership (may we, and from where; pure), topic_set (pure),
// event_message (pure), publish_run (start-up, telling), publish_batch (the loop), watchdog.
#include "daemon/publish/publish.hpp"

#include "connectors/kafka/cluster.hpp"
#include "connectors/kafka/embedded.hpp"
#include "daemon/publish/publish_run.hpp"
#include "state/base/log.hpp"
#include "state/base/thread.hpp"

#include <thread>

namespace calsync {
namespace {

class PublisherThread final : public Publisher {
 public:
  PublisherThread(EventLog& event_log, PublisherOptions options, Clock& clock, MetricRegistry& metrics,
                  std::function<void(PublisherState, Error)> on_end)
      : options_(std::move(options)),
        probe_(metrics),
        board_(first_status(options_)),
        on_end_(std::move(on_end)) {
    show(PublisherState::starting);
    auto broker = reach(options_);
    if (broker) broker_ = std::move(*broker);
    const Error cannot = broker ? Error{} : broker.error();
    if (broker_ && options_.kafka.mode == KafkaMode::embedded) {
      board_.change([&](PublisherStatus& s) { s.bootstrap = broker_->bootstrap(); });
      log::warning(
          "DEMO: Kafka is the embedded broker in this process; it keeps nothing over a restart, so every "
          "event is "
          "published again from the first",
          {log::field("bootstrap", broker_->bootstrap())});
    }
    thread_ = std::jthread([this, &event_log, &clock, cannot](const std::stop_token& stop) {
      name_thread("publish");
      step_back();
      run(event_log, clock, cannot, stop);
    });
  }
  PublisherThread(const PublisherThread&) = delete;
  PublisherThread& operator=(const PublisherThread&) = delete;
  ~PublisherThread() override { stop(); }

  [[nodiscard]] PublisherStatus status() const override { return board_.read(); }

  void stop() override {
    thread_.request_stop();
    if (thread_.joinable() && thread_.get_id() != std::this_thread::get_id()) thread_.join();
  }

 private:
  static PublisherStatus first_status(const PublisherOptions& options) {
    PublisherStatus status;
    const bool demo = options.kafka.mode == KafkaMode::embedded;
    status.mode = demo ? "embedded (demo broker in this process)" : "cluster";
    status.bootstrap = options.kafka.bootstrap_servers;
    return status;
  }

  static Result<std::unique_ptr<Broker>> reach(const PublisherOptions& options) {
    if (options.kafka.mode == KafkaMode::embedded) return start_demo_broker();
    CALSYNC_CHECK("publish", check_properties(options.resolved_properties));
    return reach_cluster({options.kafka.bootstrap_servers, options.resolved_properties});
  }

  void run(EventLog& event_log, Clock& clock, const Error& cannot, const std::stop_token& stop) {
    std::pair<PublisherState, Error> end{PublisherState::refused, cannot};
    if (broker_)
      end = PublishRun({event_log, *broker_, clock, probe_, board_, watchdog_}, options_).run(stop);
    board_.change([&](PublisherStatus& s) {
      s.state = end.first;
      if (end.first != PublisherState::stopped) s.last_error = end.second.text();
    });
    show(end.first);
    if (end.first == PublisherState::stopped) return;
    log::error("publishing ended for good: " + end.second.text(), {log::field("state", to_text(end.first))});
    if (on_end_) on_end_(end.first, end.second);
  }

  void show(PublisherState state) {
    for (const auto& [each, gauge] : probe_.states) gauge.set(each == state ? 1 : 0);
  }

  const PublisherOptions options_;
  PublishProbe probe_;
  StatusBoard board_;
  Watchdog watchdog_;
  std::unique_ptr<Broker> broker_;
  std::function<void(PublisherState, Error)> on_end_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace

const char* to_text(PublisherState state) {
  switch (state) {
    case PublisherState::starting:
      return "starting";
    case PublisherState::publishing:
      return "publishing";
    case PublisherState::waiting_for_broker:
      return "waiting_for_broker";
    case PublisherState::stood_down:
      return "stood_down";
    case PublisherState::refused:
      return "refused";
    case PublisherState::stopped:
      return "stopped";
  }
  return "?";
}

std::unique_ptr<Publisher> Publisher::start(EventLog& log, PublisherOptions options, Clock& clock,
                                            MetricRegistry& metrics,
                                            std::function<void(PublisherState, Error)> on_end) {
  return std::make_unique<PublisherThread>(log, std::move(options), clock, metrics, std::move(on_end));
}

}  // namespace calsync
