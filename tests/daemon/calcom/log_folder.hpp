// A real log in a folder of its own.
#pragma once
#include "state/store/event_log.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace calsync {

class LogFolder : public testing::Test {
 protected:
  LogFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "calsync-calcom-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    log = *EventLog::open({.path = folder / "log"}, metrics);
  }
  ~LogFolder() override {
    log->close();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  std::vector<RawRecord> records() { return *log->read_raw(RawSequence{1}, 100, 1U << 20U); }

  std::filesystem::path folder;
  SystemClock clock;
  MetricRegistry metrics;
  std::unique_ptr<EventLog> log;
};

}  // namespace calsync
