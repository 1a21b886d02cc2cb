// What the publisher does next: (step, what came of it) → step. Pure: no clock, broker or log, so that every
// path of RELIABILITY §3.2 is a row of a table, and a simulator can walk all of them.
//
//   check_topics → peek → open → init → read_cursor → claim → begin → produce → commit → confirm ─┐
//                    ▲                                 ┌──────▲  ▲───────┐                          │
//                    │ handle dead                     │ abort   again    └─────── wait ◀────────────┘
//                    └─────────────────────────────────┴───────────────────────────┘
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace calsync {

enum class Step : std::uint8_t {
  check_topics,  // there, as they must be; made if missing and allowed
  peek,          // read the cursor without fencing anybody: is this log the one that may publish?
  open,          // a producer with the log's transactional id
  init,          // fences older instances, ends what they left open
  read_cursor,   // exact now: where to go on, and whether we may
  claim,         // note the next generation and a nonce in the log; then a transaction with the cursor alone
  begin,
  produce,  // events in order, then the cursor
  commit,
  confirm,  // note in the log that the claim is ours
  wait,     // for events, or until the cursor is to be written again
  abort,
  stand_down,
  refuse,
};

enum class Did : std::uint8_t {
  ok,
  retriable,  // the same again, it goes on where it was
  abortable,
  poison,  // abortable, and a message of the batch can never be taken
  fenced,
  fatal,
  unavailable,  // nothing was done: try again later
  refused,      // a person must decide
  superseded,   // a newer instance publishes this log
};

// How an event is written: as it is; too large, so by a tombstone; and if even its booking's state is too
// large, without.
enum class EventForm : std::uint8_t { whole, tombstone, tombstone_without_state };

struct Next {
  Step step{};
  std::chrono::milliseconds pause{0};  // before it
  bool drop_handle = false;            // the producer is dead: destroy it first
};

class PublishSteps {
 public:
  static constexpr std::size_t batch_max = 2000;
  static constexpr unsigned aborts_before_halving = 5;

  [[nodiscard]] Step step() const { return step_; }
  [[nodiscard]] bool claiming() const { return claiming_; }   // the transaction holds the cursor alone
  [[nodiscard]] std::size_t limit() const { return limit_; }  // events in the next batch at most
  [[nodiscard]] EventForm form() const { return form_; }      // of the (one) event in the next batch
  [[nodiscard]] bool has_claimed() const {
    return has_claimed_;
  }  // this process has been the one that publishes

  // `batch`: events in the transaction under way.
  Next after(Did did, std::size_t batch = 0);

 private:
  Next go(Step step, std::chrono::milliseconds pause = {}, bool drop_handle = false);
  Next later(Step step);
  Next reopen(Did did);
  Next after_start(Did did);
  Next after_transaction(Did did, std::size_t batch);
  Next start_abort(Did did, std::size_t batch);
  Next after_abort(Did did);
  Next after_commit();
  void shrink(std::size_t batch);

  Step step_ = Step::check_topics;
  bool claiming_ = false, has_claimed_ = false, poisoned_ = false;
  std::size_t limit_ = batch_max, aborted_batch_ = 0;
  EventForm form_ = EventForm::whole;
  unsigned aborts_ = 0;       // in a row, of the same batch
  unsigned deaths_ = 0;       // handles in a row without a commit of events
  unsigned unavailable_ = 0;  // in a row
};

const char* to_text(Step step);
const char* to_text(Did did);

}  // namespace calsync
