#include "daemon/care/forget_runner.hpp"

#include "state/base/log.hpp"
#include "state/base/thread.hpp"

namespace calsync {
namespace {

constexpr std::chrono::seconds patience{60};

}  // namespace

void ForgetRunner::request_stop() {
  const std::lock_guard lock(mutex_);
  ending_ = true;
  thread_.request_stop();
}

void ForgetRunner::start() {
  const std::lock_guard lock(mutex_);
  state_.running = true;
  thread_ = std::jthread([this](const std::stop_token& stop) {
    name_thread("forget");
    step_back();
    const auto done = finish_forgetting(log_, clock_, stop);
    if (!done && !stop.stop_requested())
      log::warning("an erasure is not at its end: it goes on at the next start",
                   {log::field("error", done.error().text())});
    const std::lock_guard end(mutex_);
    state_.running = false;
  });
}

void ForgetRunner::stop() {
  std::jthread last;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    last = std::move(thread_);
  }  // it is asked to stop, and joined
}

ForgetState ForgetRunner::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

Result<std::uint64_t> ForgetRunner::request(std::string email) {
  const std::lock_guard lock(mutex_);
  if (ending_) return Error{Errc::conflict, "the daemon is stopping: ask again"};
  if (state_.running) return Error{Errc::conflict, "somebody is being forgotten: wait for its end"};
  if (thread_.joinable()) thread_.join();  // it has ended: `running` is the last that it sets
  ++state_.run;
  state_.running = true;
  state_.share = 0;
  thread_ = std::jthread([this, email = std::move(email)](const std::stop_token& stop) {
    name_thread("forget");
    step_back();
    run(email, stop);
  });
  return state_.run;
}

void ForgetRunner::run(const std::string& email, const std::stop_token& stop) {
  const auto tell = [this](double share) {
    const std::lock_guard lock(mutex_);
    state_.share = share;
  };
  auto done = forget_person(log_, clock_, email, {tell, stop, patience});
  if (done)
    log::info("a person was erased from the log",
              {log::field("records", done->records), log::field("events", done->events),
               log::field("bookings", done->bookings.size())});
  const std::lock_guard lock(mutex_);
  state_.failed.reset();
  if (done)
    state_.facts = *std::move(done);
  else
    state_.failed = std::move(done).error();
  state_.running = false;
}

}  // namespace calsync
