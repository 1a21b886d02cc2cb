// Progress of long work on standard error: share, rate, remaining time.
// Silent without a terminal, at most 5 lines/s.
#pragma once
#include "daemon/cli/context.hpp"

namespace calsync::cli {

// "3m20s", "41s"; for people.
std::string rough_duration(std::chrono::milliseconds duration);
// "12,345"
std::string with_commas(std::uint64_t number);
// "1 event", "2,000 events"
std::string counted(std::uint64_t number, const std::string& what);

class Progress {
 public:
  Progress(Context& context, std::string what)
      : context_(context), what_(std::move(what)), start_(context.clock.steady()) {}
  ~Progress() { context_.console.end_status_line(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void share(double done);                              // 0..1
  void count(std::uint64_t done, std::uint64_t total);  // total 0: not known

 private:
  bool due();
  [[nodiscard]] std::string remaining(double share) const;

  Context& context_;
  std::string what_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point shown_{};
};

}  // namespace calsync::cli
