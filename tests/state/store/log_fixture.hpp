// A real log in a directory of its own, and short words for what the tests do with it.
#pragma once
#include "state/store/event_log.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <unistd.h>

namespace calsync {

// For what need not survive anything: in memory where the machine offers that, for no disk is as fast.
inline std::filesystem::path fastest_directory() {
  std::error_code none;
  const auto room = std::filesystem::space("/dev/shm", none);
  const bool usable = !none && room.available > (std::uint64_t{32} << 20U) && ::access("/dev/shm", W_OK) == 0;
  return usable ? "/dev/shm" : std::filesystem::temp_directory_path();
}

class TempDir {
 public:
  explicit TempDir(const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string name = (parent / "calsync-log-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
    path_ = name;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline RawDelivery delivery(std::string body, std::string source = "main") {
  RawDelivery out;
  out.source_id = SourceId{std::move(source)};
  out.content_type = "application/json";
  out.received = Instant{std::chrono::milliseconds{1'800'000'000'123}};
  out.body = std::move(body);
  return out;
}

inline EventRecord event(std::uint64_t sequence, std::uint64_t raw, std::string value = R"({"x":1})") {
  EventRecord out;
  out.sequence = EventSequence{sequence};
  out.raw = RawSequence{raw};
  out.key = EventKey{"uid-" + std::to_string(raw)};
  out.key_sequence = KeySequence{1};
  out.type = "booking.created";
  out.subject = "uid-" + std::to_string(raw);
  out.time = Instant{std::chrono::milliseconds{1'800'000'000'000}};
  out.value = std::move(value);
  out.states = {{BookingUid{"uid-" + std::to_string(raw)}, R"({"uid":"x"})"}};
  return out;
}

inline RecordSummary summed(RecordOutcome outcome, std::string reason = {}) {
  RecordSummary out;
  out.outcome = outcome;
  out.trigger = "BOOKING_CREATED";
  out.reason = std::move(reason);
  return out;
}

struct OpenLog {
  MetricRegistry metrics;
  SystemClock clock;
  std::unique_ptr<EventLog> log;
  EventLog* operator->() const { return log.get(); }
};

inline Result<std::unique_ptr<OpenLog>> try_open(LogOptions options) {
  auto out = std::make_unique<OpenLog>();
  auto log = EventLog::open(options, out->metrics);
  if (!log) return log.error();
  out->log = std::move(*log);
  return out;
}
inline Result<std::unique_ptr<OpenLog>> try_open(const std::filesystem::path& path) {
  LogOptions options;
  options.path = path;
  return try_open(std::move(options));
}

inline std::unique_ptr<OpenLog> must_open(const LogOptions& options) {
  auto log = try_open(options);
  if (!log) throw std::runtime_error(log.error().text());
  return std::move(*log);
}
inline std::unique_ptr<OpenLog> must_open(const std::filesystem::path& path) {
  LogOptions options;
  options.path = path;
  return must_open(options);
}

inline RawSequence append(EventLog& log, std::string body) {
  auto appended = log.append_and_wait(delivery(std::move(body)));
  if (!appended) throw std::runtime_error(appended.error().text());
  return appended->sequence;
}

// One event for each raw record in [first, last], as a commit of its own.
inline Result<void> commit_events(EventLog& log, std::uint64_t first, std::uint64_t last) {
  Projection projection;
  projection.upto = RawSequence{last};
  for (std::uint64_t raw = first; raw <= last; ++raw) {
    projection.events.push_back(
        event(log.head().event.value() + 1 + (raw - first), raw, "event of " + std::to_string(raw)));
    projection.summaries.emplace_back(RawSequence{raw}, summed(RecordOutcome::event));
  }
  return log.commit(std::move(projection));
}

// Runs `work` in a child and gives its exit code. A process that forks must not have opened a log itself:
// RocksDB's threads do not come along.
inline int in_child(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    int code = 99;
    try {
      code = work();
    } catch (const std::exception& failure) {
      std::cerr << failure.what() << std::endl;
    }
    ::_exit(code);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline void write_file(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace calsync
