#include "daemon/care/retention.hpp"

#include "daemon/care/retention_step.hpp"
#include "daemon/care/whole_log.hpp"
#include "daemon/project/projection_pass.hpp"
#include "daemon/project/read_rejoin.hpp"
#include "state/base/log.hpp"
#include "state/base/thread.hpp"
#include "state/store/backup.hpp"

#include <algorithm>

namespace calsync {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds look_again{std::chrono::minutes{10}};
constexpr milliseconds when_waiting{std::chrono::seconds{30}};
constexpr milliseconds after_failure{std::chrono::minutes{1}};
constexpr milliseconds shortest_rest{20}, longest_rest{5000};
constexpr int rest_for_work = 4;
constexpr std::uint64_t drive_out_at = 100'000;  // not only at the end: the disk may need the room

}  // namespace

Retention::Retention(EventLog& log, std::optional<milliseconds> keep, Published published, Clock& clock,
                     MetricRegistry& metrics)
    : log_(log),
      keep_(keep),
      published_(std::move(published)),
      clock_(clock),
      probe_(metrics),
      may_be_in_files_(log.cut().raw.value() > 0) {}

Retention::~Retention() {
  stop();
}

void Retention::start() {
  if (!keep_) return;
  thread_ = std::jthread([this](const std::stop_token& stop) {
    name_thread("retention");
    step_back();
    run(stop);
  });
}

void Retention::request_stop() {
  thread_.request_stop();
}

void Retention::stop() {
  request_stop();
  if (thread_.joinable()) thread_.join();
}

RetentionState Retention::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void Retention::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const milliseconds pause = turn();
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, pause, [] { return false; });
  }
}

milliseconds Retention::turn() {
  if (!keep_) return look_again;
  const auto began = clock_.steady();
  const auto published = published_();
  const auto waits = waits_for(published);
  Result<bool> done = false;
  if (!waits)
    done = waits.error();
  else if (waits->empty())
    done = step(*published);
  tell(done, waits ? *waits : "");
  if (!done) return after_failure;
  if (waits && !waits->empty()) return when_waiting;
  if (!*done) return look_again;
  const auto took = std::chrono::duration_cast<milliseconds>(clock_.steady() - began);
  probe_.step_seconds.set(std::chrono::duration<double>(took).count());
  return std::clamp(took * rest_for_work, shortest_rest, longest_rest);
}

// What a restore or a rebuild needs of the log is not for us to judge: it comes first.
Result<std::string> Retention::waits_for(const std::optional<EventSequence>& published) const {
  CALSYNC_TRY(first, "retention", what_comes_first(log_));
  if (!first.empty()) return first;
  return std::string(published ? "" : "the publisher, which has not read its cursor yet");
}

Result<bool> Retention::step(EventSequence published) {
  const Instant now = clock_.wall();
  CALSYNC_TRY(trim, "retention",
              next_trim(log_, {.received_before = now - *keep_, .published = published}, now));
  const bool trims = trim.has_value();
  if (trims) {
    const std::uint64_t records = trim->upto.value() - log_.cut().raw.value();
    CALSYNC_CHECK("retention", log_.trim(*std::move(trim)));
    probe_.trimmed.add(static_cast<double>(records));
    in_files_ += records;
    may_be_in_files_ = true;
  }
  if (!may_be_in_files_ || (trims && in_files_ < drive_out_at)) return trims;
  CALSYNC_CHECK("retention", log_.drive_out_trimmed());
  may_be_in_files_ = false;
  if (in_files_ == 0) return false;
  const LogCut cut = log_.cut();
  log::info("log trimmed",
            {log::field("records", in_files_), log::field("raw", cut.raw.value()),
             log::field("event", cut.event.value()), log::field("received", to_text(cut.received))});
  in_files_ = 0;
  return trims;
}

void Retention::tell(const Result<bool>& done, std::string waits) {
  const bool idle = done && !*done && waits.empty();
  const Instant now = clock_.wall();
  if (idle) probe_.last.set(static_cast<double>(now.time_since_epoch().count()) / 1000.0);
  const std::lock_guard lock(mutex_);
  state_.waits_for = std::move(waits);
  if (idle) state_.last_run = now;
  if (done) {
    state_.failed.reset();
    return;
  }
  if (done.error().code == Errc::cancelled) return;  // the log is being closed
  probe_.failures.add();
  if (!state_.failed) log::warning("retention: " + done.error().text());
  state_.failed = done.error();
}

}  // namespace calsync
