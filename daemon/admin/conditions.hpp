// What is not as it should be, in words, for status, readiness and people.
// Owner:    App.
// Runs on:  any thread.
// Blocks:   on a short mutex.
// Promises: `since` is when this message began.
#pragma once
#include "state/base/time.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace calsync {

enum class Severity { info, warning, error };
const char* to_text(Severity severity);

struct Condition {
  std::string component;
  Severity severity = Severity::info;
  std::string message;  // what, where and the cure, one line
  Instant since;
  bool blocks_ready = false;
};

class Conditions {
 public:
  explicit Conditions(Clock& clock) : clock_(clock) {}
  // One condition per component: the newest message stands.
  void set(const std::string& component, Severity severity, std::string message, bool blocks_ready = false);
  void clear(const std::string& component);
  [[nodiscard]] std::vector<Condition> list() const;  // by component

 private:
  Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Condition> by_component_;  // guarded by mutex_
};

}  // namespace calsync
