// Whether a row of the API is news, decided by the rules that would make an event of it; what is news is appended to the log.
// Owner:    PollRun.
// Runs on:  one thread.
// Blocks:   begin() until the normaliser has read what is there; flush() until the disk has it.
// Promises: what changes nothing that a consumer sees is not written (RELIABILITY §3.4); A→B→A is written twice.
// Fails:    as EventLog does; cancelled.
#pragma once
#include "daemon/poll/poll_probe.hpp"
#include "daemon/project/rules.hpp"
#include "state/store/event_log.hpp"

#include <memory>
#include <stop_token>

namespace calsync {

class Merger {
 public:
  Merger(EventLog& log, Clock& clock, const PollProbe& probe, std::stop_token stop)
      : log_(log), clock_(clock), probe_(probe), stop_(std::move(stop)) {}

  Result<void> begin();  // a fresh look at what is known
  // `body`: of poll_record.hpp. True: it is news, and was appended.
  Result<bool> offer(std::string body);
  [[nodiscard]] bool would_be_news(const std::string& body);
  // Of those, what a webhook should have told: a booking made, moved or ended.
  [[nodiscard]] std::uint64_t untold() const { return untold_; }
  // Rows that could not be understood; a row that is not even an object is told by pass_over().
  void pass_over();
  [[nodiscard]] std::uint64_t unreadable() const { return unreadable_; }
  Result<void> flush();  // what was appended is on the disk

  [[nodiscard]] ViewSource& views() { return *table_; }
  [[nodiscard]] bool knows(std::string_view uid) { return table_->get("b/" + std::string(uid)).has_value(); }

 private:
  struct Pending;  // appends under way
  [[nodiscard]] Normalised fold_onto(ViewTable& views, const std::string& body) const;

  EventLog& log_;
  Clock& clock_;
  const PollProbe& probe_;
  std::stop_token stop_;
  std::unique_ptr<ViewSource> known_;
  std::unique_ptr<ViewTable> table_;  // what is known, and on top what was appended since begin()
  std::shared_ptr<Pending> pending_;
  std::uint64_t untold_ = 0, unreadable_ = 0;
};

}  // namespace calsync
