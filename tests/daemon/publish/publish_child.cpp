// A publishing process to be killed: a real log, to which it adds events without end, and the publisher of
// the daemon.
//   publish_child DIRECTORY BOOTSTRAP PREFIX EVENTS      ends by itself when EVENTS are in the log and
//   published
#include "daemon/publish/publish.hpp"

#include <cstdio>
#include <cstdlib>
#include <thread>

namespace calsync {
namespace {

EventRecord event_at(std::uint64_t n, std::uint64_t raw) {
  EventRecord event;
  event.sequence = EventSequence(n);
  event.raw = RawSequence(raw);
  event.key = EventKey("key" + std::to_string(n % 23));
  event.key_sequence = KeySequence((n - (n % 23 == 0 ? 23 : n % 23)) / 23 + 1);
  event.type = "booking.created";
  event.subject = event.key.value();
  event.time = Instant(std::chrono::milliseconds(1795000000000 + static_cast<std::int64_t>(n)));
  event.value = "{\"sequence\":" + std::to_string(n) + ",\"fill\":\"" + std::string(500, 'x') + "\"}";
  event.states = {{BookingUid(event.key.value()), event.value}};
  return event;
}

// A few events at a time, each from a raw record of its own.
Result<void> add(EventLog& log, Clock& clock, std::uint64_t count) {
  Projection projection;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t n = log.head().event.value() + projection.events.size() + 1;
    RawDelivery delivery{RecordSource::poll, SourceId(""), "application/json", clock.wall(),
                         std::to_string(n)};
    CALSYNC_TRY(appended, "add", log.append_and_wait(std::move(delivery)));
    projection.events.push_back(event_at(n, appended.sequence.value()));
    RecordSummary summary;
    summary.outcome = RecordOutcome::event;
    projection.summaries.emplace_back(appended.sequence, std::move(summary));
    projection.upto = appended.sequence;
  }
  return log.commit(std::move(projection));
}

int run(const char* directory, const char* bootstrap, const char* prefix, std::uint64_t events) {
  SystemClock clock;
  MetricRegistry metrics;
  auto log = EventLog::open({.path = directory}, metrics);
  if (!log) return std::fprintf(stderr, "%s\n", log.error().text().c_str()), 78;
  PublisherOptions options;
  options.kafka.bootstrap_servers = bootstrap;
  options.kafka.topic_prefix = prefix;
  options.source = "/calsync/local";
  std::atomic<int> ended{0};
  const auto publisher =
      Publisher::start(**log, options, clock, metrics, [&](PublisherState state, const Error& error) {
        std::fprintf(stderr, "%s\n", error.text().c_str());
        ended = state == PublisherState::stood_down ? 75 : 78;
      });
  while (ended == 0 && publisher->status().published.value() < events) {
    if ((*log)->head().event.value() < events) {
      if (auto added = add(**log, clock, 7); !added)
        return std::fprintf(stderr, "%s\n", added.error().text().c_str()), 1;
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));  // between looks
    }
  }
  publisher->stop();
  (*log)->close();
  return ended;
}

}  // namespace
}  // namespace calsync

int main(int argc, char** argv) {
  if (argc != 5) return 64;
  return calsync::run(argv[1], argv[2], argv[3], std::strtoull(argv[4], nullptr, 10));
}
