#include "daemon/poll/poller.hpp"

#include "daemon/poll/counted_reads.hpp"
#include "daemon/poll/failing_reads.hpp"
#include "daemon/poll/poll_run.hpp"
#include "state/base/bell.hpp"
#include "state/base/log.hpp"
#include "state/base/thread.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

namespace calsync {
namespace {

using Steady = std::chrono::steady_clock::time_point;
constexpr std::chrono::seconds first_look{2}, second_look{10};
constexpr std::chrono::seconds log_look{1};
constexpr std::uint64_t many_untold = 3;
constexpr int times_held_up = 3;    // an old half, by a booking that fails
constexpr double poll_share = 0.4;  // of the request budget (DESIGN §12.1)

double seconds_of(Instant at) {
  return static_cast<double>(at.time_since_epoch().count()) / 1000.0;
}

class Loop final : public Poller {
 public:
  Loop(CalcomReads& api, EventLog& log, Clock& clock, const PollProbe& probe, PollerOptions options)
      : log_(log),
        clock_(clock),
        options_(std::move(options)),
        probe_(probe),
        reads_(api),
        run_(reads_, log, clock, probe_, options_.settings, bell_.token()),
        failing_(options_.settings.poll.interval, options_.settings.poll.full_sweep) {
    tell_interval(options_.settings.poll.interval);
    read_up_to_ = log_.head().normalised;
    thread_ = std::jthread([this] {
      name_thread("poll");
      step_back();
      loop();
    });
  }
  ~Loop() override { Loop::stop(); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void poll_soon() override {
    soon_ = true;
    bell_.ring();
  }
  void sweep_soon() override {
    sweep_ = true;
    poll_soon();
  }
  [[nodiscard]] PollStatus status() const override {
    const std::lock_guard lock(mutex_);
    return status_;
  }
  void request_stop() override { bell_.request_stop(); }
  void stop() override {
    request_stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void loop() {
    Steady next_poll = clock_.steady(), next_sweep = next_poll + until_sweep();
    while (!bell_.stopping()) {
      hear_doubts();
      const Steady now = clock_.steady();
      if (now >= next_poll || soon_.exchange(false)) {
        const bool full = sweep_.exchange(false) || now >= next_sweep || !run_.watermark();
        if (poll(full) && full) next_sweep = clock_.steady() + options_.settings.poll.full_sweep;
        // A sweep is long by itself, and says nothing of the polls between.
        const auto interval = full ? options_.settings.poll.interval : stretched(clock_.steady() - now);
        tell_interval(interval);
        next_poll = clock_.steady() + interval - (full ? Steady::duration{} : clock_.steady() - now);
        tell_next(next_poll);
      }
      read_what_is_due(next_poll);
      wait(next_poll);
    }
  }

  // None, where nothing was polled for longer than the overlap covers; else what is left of poll.full_sweep.
  [[nodiscard]] std::chrono::milliseconds until_sweep() const {
    const auto good = run_.last_good(), swept = run_.last_sweep();
    const auto& poll = options_.settings.poll;
    const Instant now = clock_.wall();
    if (!good || !swept || now - *good > poll.overlap) return {};
    return std::clamp<std::chrono::milliseconds>(*swept + poll.full_sweep - now, {}, poll.full_sweep);
  }

  // Polls keep to their share of the budget: in a burst they would use all of it, and then wait for a minute.
  [[nodiscard]] std::chrono::milliseconds stretched(Steady::duration took) const {
    const auto twice = std::chrono::ceil<std::chrono::milliseconds>(2 * took);
    const auto share = std::chrono::duration<double, std::chrono::minutes::period>(
        static_cast<double>(status().requests) /
        (poll_share * static_cast<double>(options_.settings.calcom.requests_per_minute)));
    return std::max<std::chrono::milliseconds>(
        {options_.settings.poll.interval, twice, std::chrono::ceil<std::chrono::milliseconds>(share)});
  }

  void tell_interval(std::chrono::milliseconds interval) {
    probe_.interval.set(std::chrono::duration<double>(interval).count());
    const std::lock_guard lock(mutex_);
    if (interval > options_.settings.poll.interval && interval > status_.interval)
      log::warning("polls take long, or the request budget is small: fewer are made",
                   {log::field("seconds", interval.count() / 1000)});
    status_.interval = interval;
  }

  bool poll(bool full) {
    reads_.take();
    const auto before = run_.untold(), passed_over = run_.unreadable();
    const auto done = guarded([&] { return passes(full); });
    for (const auto& uid : run_.take_doubts()) doubt(uid, first_look);
    tell_unreadable(run_.unreadable() - passed_over, full);
    if (!full) watch_intake(run_.untold() - before);  // a sweep brings what is older than this process
    {
      const std::lock_guard lock(mutex_);
      ++status_.polls;
      status_.found = run_.found();
      status_.requests = reads_.take();
      status_.watermark = run_.watermark();
      status_.sweep_share.reset();
      status_.last_error = done ? "" : done.error().text();
      if (done) status_.last_good = clock_.wall();
    }
    if (bell_.stopping()) return false;
    if (!done) {
      probe_.bad.add();
      options_.on_problem("the last poll of Cal.com failed: " + done.error().text());
      return false;
    }
    probe_.good.add();
    probe_.last_good.set(seconds_of(clock_.wall()));
    options_.on_problem("");
    return true;
  }

  Result<void> passes(bool full) {
    if (full)
      CALSYNC_CHECK("sweep", run_.sweep([this](double share) {
        const std::lock_guard lock(mutex_);
        status_.sweep_share = share;
      }));
    else
      CALSYNC_CHECK("poll", run_.changed());
    CALSYNC_CHECK("poll", run_.time_off());
    return run_.note_good();
  }

  template <typename Work>
  static Result<void> guarded(Work work) {
    try {
      return work();
    } catch (const ViewError& failed) {
      return failed.error;
    }
  }

  // A sweep looks at every row, a poll only at what changed: it alone can say that none is left.
  void tell_unreadable(std::uint64_t rows, bool full) {
    if (rows == 0 && (!full || unreadable_ == 0)) return;
    unreadable_ = rows;
    const std::string problem =
        rows == 0 ? std::string()
                  : std::to_string(rows) +
                        " rows of Cal.com's lists could not be understood: those bookings are as they were "
                        "last known, see `calsync audit`";
    if (rows > 0) log::warning(problem);
    options_.on_unreadable(problem);
  }

  // Cal.com loses a webhook now and then. Several bookings in a row, and not one webhook: they do not reach us.
  void watch_intake(std::uint64_t untold) {
    untold_ += untold;
    probe_.untold.set(static_cast<double>(untold_));
    if (untold_ >= many_untold)
      options_.on_silence(
          "polls found " + std::to_string(untold_) +
          " bookings that were made, moved or ended, and no webhook came since the first of them");
  }
  void heard_a_webhook() {
    if (std::exchange(untold_, 0) == 0) return;
    probe_.untold.set(0);
    options_.on_silence("");
  }

  // Webhooks that contradict what is known, seats and series (RecordSummary::read_again).
  void hear_doubts() {
    const RawSequence upto = log_.head().normalised;
    while (read_up_to_ < upto) {
      read_up_to_ = next(read_up_to_);
      const auto summary = log_.summary(read_up_to_);
      if (!summary || !*summary) continue;
      if (!(*summary)->trigger.empty()) heard_a_webhook();
      if (!(*summary)->read_again) continue;
      doubt((*summary)->read_again->value(), first_look);
      hurry((*summary)->read_again->value());
      again_[(*summary)->read_again->value()] = clock_.steady() + second_look;
    }
  }

  void doubt(const std::string& uid, std::chrono::seconds in) { due_.try_emplace(uid, clock_.steady() + in); }

  // One that waits long because it failed: what a webhook says of it is worth a try.
  void hurry(const std::string& uid) {
    Steady& at = due_.at(uid);
    at = std::min(at, clock_.steady() + first_look);
  }

  // The longest due first. At least one; no more once a poll is due, for a read that fails may take minutes.
  void read_what_is_due(Steady next_poll) {
    while (!bell_.stopping()) {
      const auto at = std::ranges::min_element(due_, {}, [](const auto& one) { return one.second; });
      if (at == due_.end() || at->second > clock_.steady()) break;
      const std::string uid = at->first;
      due_.erase(at);
      read_one(uid);
      if (clock_.steady() >= next_poll) break;
    }
    for (const auto& uid : run_.take_doubts())
      due_.try_emplace(uid, clock_.steady() + options_.settings.poll.interval);
    for (auto at = again_.begin(); at != again_.end();) {
      if (at->second > clock_.steady()) {
        ++at;
        continue;
      }
      due_.try_emplace(at->first, clock_.steady());
      at = again_.erase(at);
    }
  }

  void read_one(const std::string& uid) {
    const auto read = guarded([&] { return run_.read(uid); });
    if (read) {
      failing_.went_well(uid);
    } else if (!bell_.stopping()) {
      // Where a time was named, or the gate is shut since others failed, it is no failing of this booking.
      const auto named = read.error().retry_after;
      const auto wait =
          named ? std::chrono::milliseconds{*named} : failing_.failed(uid, status().last_error.empty());
      log::warning("a booking could not be read",
                   {log::field("error", read.error().text()), log::field("again_in_s", wait.count() / 1000)});
      due_.insert_or_assign(uid, clock_.steady() + wait);
      if (failing_.times(uid) >= times_held_up) wait_no_longer_for(uid);
    }
    tell_failing(read ? std::string() : read.error().text());
  }

  void wait_no_longer_for(const std::string& uid) {
    if (const auto told = guarded([&] { return run_.wait_no_longer_for(uid); }); !told)
      log::warning("an old half of a reschedule could not be told",
                   {log::field("error", told.error().text())});
  }

  void tell_failing(const std::string& last) {
    const std::size_t now = failing_.again_and_again();
    if (now == told_failing_) return;
    told_failing_ = now;
    probe_.failing.set(static_cast<double>(now));
    options_.on_failing(now == 0 ? std::string()
                                 : "Cal.com fails to answer for " + std::to_string(now) +
                                       (now == 1 ? " booking" : " bookings") +
                                       ", asked alone: asked less and less often" +
                                       (last.empty() ? "" : "; the last answer was: " + last));
  }

  void wait(Steady until) {
    for (const auto* times : {&due_, &again_})
      for (const auto& [_, at] : *times) until = std::min(until, at);
    until = std::min(until, clock_.steady() + log_look);
    bell_.sleep(std::chrono::ceil<std::chrono::milliseconds>(until - clock_.steady()));
  }

  void tell_next(Steady at) {
    const std::lock_guard lock(mutex_);
    status_.next_at =
        clock_.wall() + std::chrono::duration_cast<std::chrono::milliseconds>(at - clock_.steady());
  }

  EventLog& log_;
  Clock& clock_;
  const PollerOptions options_;
  Bell bell_;
  std::atomic<bool> soon_{false}, sweep_{false};
  const PollProbe& probe_;
  CountedReads reads_;
  PollRun run_;  // the loop's thread only, as what follows
  RawSequence read_up_to_;
  std::map<std::string, Steady> due_;    // bookings to be read alone
  std::map<std::string, Steady> again_;  // and once more
  FailingReads failing_;                 // of those, what failed when it was asked alone
  std::size_t told_failing_ = 0;         // so many
  std::uint64_t unreadable_ = 0;         // rows, of the last poll that met any
  std::uint64_t untold_ = 0;             // since the last webhook
  mutable std::mutex mutex_;
  PollStatus status_;  // guarded by mutex_
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<Poller> Poller::start(CalcomReads& api, EventLog& log, Clock& clock, const PollProbe& probe,
                                      PollerOptions options) {
  return std::make_unique<Loop>(api, log, clock, probe, std::move(options));
}

}  // namespace calsync
