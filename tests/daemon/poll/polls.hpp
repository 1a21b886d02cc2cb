// Polls of a FakeCal into a real log with its normaliser.
#pragma once
#include "daemon/poll/poll_run.hpp"
#include "daemon/project/project.hpp"
#include "tests/daemon/poll/fake_cal.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace calsync {

class Polls : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/calsync-poll-XXXXXX";
    folder_ = mkdtemp(name);
    auto opened = EventLog::open({.path = folder_ / "log"}, metrics_);
    ASSERT_TRUE(opened) << opened.error().text();
    log_ = *std::move(opened);
    projector_ = Projector::start(*log_, clock_, metrics_, [](const Error&) {});
    projector_->begin();
    settings_.calcom.organization_id = 1;
    settings_.poll.interval = std::chrono::milliseconds{0};
    restart();
  }
  void TearDown() override {
    projector_->stop();
    log_->close();
    std::filesystem::remove_all(folder_);
  }
  void restart() {
    run_ = std::make_unique<PollRun>(cal_, *log_, clock_, probe_, settings_, std::stop_token{});
  }

  // All events so far, by type and subject.
  std::vector<std::string> events() {
    while (log_->head().normalised < log_->head().raw)
      log_->wait_for_event(log_->head().event, {}, std::chrono::milliseconds{5});
    std::vector<std::string> out;
    auto read = log_->read_events(EventSequence{1}, 10'000, 100'000'000);
    for (const auto& one : *read) out.push_back(one.event.type + " " + one.event.subject);
    return out;
  }
  void sweep() { ASSERT_TRUE(run_->sweep({})); }
  void poll() {
    const auto polled = run_->changed();
    ASSERT_TRUE(polled) << polled.error().text();
    ASSERT_TRUE(run_->time_off());
  }

  std::filesystem::path folder_;
  SystemClock clock_;
  MetricRegistry metrics_;
  PollProbe probe_{metrics_};
  Settings settings_;
  FakeCal cal_;
  std::unique_ptr<EventLog> log_;
  std::unique_ptr<Projector> projector_;
  std::unique_ptr<PollRun> run_;
};

}  // namespace calsync
