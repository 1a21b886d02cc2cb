// The loop: wait → begin → events in order, then the cursor → commit. See publish_steps.hpp for what follows
// what.
#include "daemon/publish/publish_run.hpp"
#include "state/base/log.hpp"

namespace calsync {
namespace {

constexpr std::size_t bytes_max = 4 << 20;
constexpr std::chrono::milliseconds fill_max{100};  // what arrives meanwhile joins the transaction
constexpr std::chrono::hours rewrite_after{6};      // keeps transactional.id.expiration.ms (7 d) away
constexpr std::chrono::milliseconds look_again{1000};

}  // namespace

Did PublishRun::wait(const std::stop_token& stop) {
  batch_ = {};
  if (parts_.log.wait_for_event(position_, stop, look_again)) return Did::ok;
  if (stop.stop_requested()) return Did::retriable;
  // Nothing to send, but a reader may be told what is wrong before the next event comes: begin() holds then.
  if (topics_are_due() && !look_at_topics()) {
    topics_in_doubt_ = true;
    return Did::ok;
  }
  const bool stale = parts_.clock.steady() - last_commit_ >= rewrite_after;
  return stale ? Did::ok : Did::retriable;
}

Did PublishRun::begin() {
  if (!steps_.claiming() && topics_are_due()) {
    if (const Did did = held_by_topics(); did != Did::ok)
      return did;  // here we stay until they are good again
  }
  batch_ = {};
  batch_.last = position_;
  batch_.hash = position_hash_;
  batch_.began = parts_.clock.steady();
  if (!steps_.claiming()) {
    if (auto read = read_more(steps_.limit()); !read) return failed(read.error());
  }
  return answered(handle_->begin());
}

// From the end of the batch on, up to `limit` events in all.
Result<void> PublishRun::read_more(std::size_t limit) {
  CALSYNC_TRY(
      events, "read events",
      parts_.log.read_events(next(batch_.last), limit - batch_.events.size(), bytes_max - batch_.bytes));
  if (!events.empty() && events.front().event.sequence != next(batch_.last))  // never leave one out unsaid
    return Error{Errc::corrupt, "event " + std::to_string(next(batch_.last).value()) +
                                    " was trimmed before it was published: set a new kafka.topic_prefix"};
  for (StoredEvent& stored : events) {
    batch_.bytes += stored.event.value.size();
    for (const StateValue& state : stored.event.states) batch_.bytes += state.json.size();
    batch_.last = stored.event.sequence;
    batch_.hash = stored.hash;
    batch_.events.push_back(std::move(stored));
  }
  return {};
}

Did PublishRun::produce(const std::stop_token& stop) {
  if (const Did did = produce_events(stop); did != Did::ok) return did;
  return produce_cursor(stop);
}

Did PublishRun::produce_events(const std::stop_token& stop) {
  const Instant now = parts_.clock.wall();
  for (std::size_t i = 0; i < batch_.events.size(); ++i) {
    for (const KafkaMessage& message : messages_of(batch_.events[i], context_, steps_.form(), now)) {
      if (const Did did = produce_one(message, stop); did != Did::ok) return did;
    }
    const bool last = i + 1 == batch_.events.size();
    const bool room = batch_.events.size() < steps_.limit() && batch_.bytes < bytes_max;
    if (last && room && parts_.log.head().event > batch_.last &&
        parts_.clock.steady() - batch_.began < fill_max) {
      // What we have is whole; the next begin() tells the reason.
      if (auto read = read_more(steps_.limit()); !read) break;
    }
  }
  return Did::ok;
}

Did PublishRun::produce_cursor(const std::stop_token& stop) {
  return produce_one(cursor_message(cursor_now(), context_), stop);
}

// A full queue is waited for here; a broker that is away ends that by failed deliveries (message.timeout.ms).
Did PublishRun::produce_one(const KafkaMessage& message, const std::stop_token& stop) {
  for (;;) {
    const Watchdog::Watch watch(parts_.watchdog, "produce");
    const Did did = answered(handle_->produce(message, slice));
    if (did != Did::retriable) return did;
    parts_.probe.retries.add();
    if (stop.stop_requested()) return Did::abortable;
  }
}

CursorRecord PublishRun::cursor_now() const {
  return {context_.log, claim_.generation, claim_.nonce,        instance_,
          batch_.last,  batch_.hash,       context_.partitions, parts_.clock.wall()};
}

Did PublishRun::commit() {
  const Did did = answered(handle_->commit(slice));
  position_known_ = did == Did::ok || did == Did::abortable || did == Did::poison;
  if (did == Did::ok) committed();
  return did;
}

void PublishRun::committed() {
  const PublishProbe& probe = parts_.probe;
  position_ = batch_.last;
  position_hash_ = batch_.hash;
  last_commit_ = parts_.clock.steady();
  parts_.board.change([&](PublisherStatus& s) { s.published = position_; });
  probe.transactions.add();
  probe.events.add(static_cast<double>(batch_.events.size()));
  probe.published.set(static_cast<double>(position_.value()));
  probe.last_commit.set(static_cast<double>(parts_.clock.wall().time_since_epoch().count()) / 1000);
  probe.commit.observe(std::chrono::duration<double>(last_commit_ - batch_.began).count());
  for (const StoredEvent& stored : batch_.events) {
    if (stored.event.erased) probe.erased.add();
    if (steps_.form() == EventForm::whole || stored.event.erased) continue;
    probe.oversize.add();
    log::error(
        "event too large for the broker: event.oversize was published in its place",
        {log::field("event", stored.event.sequence.value()), log::field("raw", stored.event.raw.value()),
         log::field("bytes", static_cast<std::uint64_t>(stored.event.value.size()))});
  }
}

}  // namespace calsync
