// The loop, and what it does of itself: what comes after what is in publish_steps.cpp, the start-up in
// publish_start.cpp, batches in publish_batch.cpp, what people are told in publish_tell.cpp.
#include "daemon/publish/publish_run.hpp"

#include "daemon/publish/topic_set.hpp"

namespace calsync {

PublishRun::PublishRun(Parts parts, const PublisherOptions& options)
    : parts_(parts),
      options_(options),
      demo_(options.kafka.mode == KafkaMode::embedded),
      instance_(random_uuid()),
      specs_(topic_specs(options.kafka.topic_prefix)),
      last_good_(parts.clock.steady()) {
  context_ = {parts_.log.id(), options.source, options.kafka.topic_prefix, "", {}};
}

PublishRun::End PublishRun::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (auto end = ended()) return *std::move(end);
    pause(turn(stop), stop);
  }
  leave();
  return {PublisherState::stopped, {}};
}

std::optional<PublishRun::End> PublishRun::ended() const {
  if (steps_.step() == Step::stand_down) return End{PublisherState::stood_down, why_};
  if (steps_.step() == Step::refuse) return End{PublisherState::refused, why_};
  return std::nullopt;
}

std::chrono::milliseconds PublishRun::turn(const std::stop_token& stop) {
  const Step step = steps_.step();
  const Did did = perform(step, stop);
  const std::size_t batch = batch_.events.size();
  const Next next = steps_.after(did, batch);
  tell(step, did, batch);
  if (next.drop_handle && handle_) {
    const Watchdog::Watch watch(parts_.watchdog, "destroy producer");
    handle_.reset();
  }
  return next.pause;
}

Did PublishRun::perform(Step step, const std::stop_token& stop) {
  const Watchdog::Watch watch(parts_.watchdog, to_text(step));
  switch (step) {
    case Step::check_topics:
      return check_topics();
    case Step::peek:
      return peek();
    case Step::open:
      return open();
    case Step::init:
      return answered(handle_->init(slice));
    case Step::read_cursor:
      return read_cursor();
    case Step::claim:
      return claim();
    case Step::begin:
      return begin();
    case Step::produce:
      return produce(stop);
    case Step::commit:
      return commit();
    case Step::confirm:
      return confirm();
    case Step::wait:
      return wait(stop);
    case Step::abort:
      return abort();
    case Step::stand_down:
    case Step::refuse:
      break;
  }
  return Did::ok;
}

// The reason that people are told stays the one for which it is aborted.
Did PublishRun::abort() {
  const Error cause = why_;
  const Did did = answered(handle_->abort(slice));
  if (did != Did::ok && did != Did::retriable)
    why_.what = cause.what + "; then the abort failed: " + why_.what;
  else
    why_ = cause;
  return did;
}

Did PublishRun::failed(const Error& error) {
  why_ = error;
  switch (error.code) {
    case Errc::rejected:  // while running, topics that went away are somebody's mistake, which passes (P11)
      return steps_.has_claimed() ? Did::unavailable : Did::refused;
    case Errc::corrupt:
    case Errc::foreign:
      return Did::refused;
    default:
      return Did::unavailable;
  }
}

Did PublishRun::answered(const KafkaError& error) {
  if (error.ok()) return Did::ok;
  why_ = {Errc::unavailable, error.text, to_text(steps_.step())};
  switch (error.kind) {
    case KafkaClass::ok:
      return Did::ok;
    case KafkaClass::retriable:
      return Did::retriable;
    case KafkaClass::abortable:
      return Did::abortable;
    case KafkaClass::poison:
      return Did::poison;
    case KafkaClass::fenced:
      position_known_ = false;
      return Did::fenced;
    case KafkaClass::fatal:
      return Did::fatal;
  }
  return Did::fatal;
}

void PublishRun::pause(std::chrono::milliseconds time, const std::stop_token& stop) {
  if (time.count() == 0) return;
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, time, [] { return false; });
}

void PublishRun::leave() {
  const Step step = steps_.step();
  const bool open = handle_ && (step == Step::produce || step == Step::commit || step == Step::abort);
  const auto until = parts_.clock.steady() + std::chrono::seconds(3);
  bool ending = step != Step::commit;
  while (open && parts_.clock.steady() < until) {
    const Watchdog::Watch watch(parts_.watchdog, "end transaction");
    const KafkaError error = ending ? handle_->abort(slice) : handle_->commit(slice);
    if (error.kind == KafkaClass::retriable) continue;
    if (error.ok() && !ending && !steps_.claiming()) committed();
    if (error.ok() || ending) break;
    if (error.kind == KafkaClass::fatal || error.kind == KafkaClass::fenced) break;
    ending = true;
  }
  const Watchdog::Watch watch(parts_.watchdog, "destroy producer");
  handle_.reset();
}

}  // namespace calsync
