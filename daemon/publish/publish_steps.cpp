#include "daemon/publish/publish_steps.hpp"

#include <algorithm>

namespace calsync {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds breath{10};  // between calls that go on where they were
constexpr milliseconds after_fence{
    2000};  // so that the winner's claim is visible when we look (no ping-pong)
constexpr milliseconds longest_wait{5000}, longest_backoff{30000};

// 0.1 s, 0.2 s, 0.4 s …
milliseconds backoff(unsigned failures, milliseconds longest) {
  return std::min(longest, milliseconds(100) * (1 << std::min(failures, 16U)));
}

}  // namespace

Next PublishSteps::go(Step step, milliseconds pause, bool drop_handle) {
  step_ = step;
  return {step, pause, drop_handle};
}

Next PublishSteps::later(Step step) {
  return go(step, backoff(unavailable_++, longest_wait));
}

// The handle is dead. Why does not matter: a peek tells a newer instance from a timeout of our own (F8).
Next PublishSteps::reopen(Did did) {
  const milliseconds pause = backoff(deaths_++, longest_backoff);
  claiming_ = poisoned_ = false;
  form_ = EventForm::whole;  // the answer of a commit may be lost: the next event can be another one
  return go(Step::peek, did == Did::fenced ? std::max(pause, after_fence) : pause, true);
}

Next PublishSteps::after(Did did, std::size_t batch) {
  if (did == Did::refused) return go(Step::refuse, {}, true);
  if (did == Did::superseded) return go(has_claimed_ ? Step::stand_down : Step::refuse, {}, true);
  if (did == Did::ok) unavailable_ = 0;
  switch (step_) {
    case Step::check_topics:
    case Step::peek:
    case Step::open:
    case Step::init:
    case Step::read_cursor:
    case Step::claim:
    case Step::confirm:
      return after_start(did);
    case Step::begin:
    case Step::produce:
    case Step::commit:
      return after_transaction(did, batch);
    case Step::abort:
      return after_abort(did);
    case Step::wait:
      return go(did == Did::ok ? Step::begin : Step::wait);
    case Step::stand_down:
    case Step::refuse:
      break;
  }
  return go(step_);
}

Next PublishSteps::after_start(Did did) {
  if (did == Did::fenced || did == Did::fatal || did == Did::abortable || did == Did::poison)
    return reopen(did);
  if (did == Did::retriable) return go(step_, breath);
  if (did != Did::ok) return later(step_);
  switch (step_) {
    case Step::check_topics:
      return go(Step::peek);
    case Step::peek:
      return go(Step::open);
    case Step::open:
      return go(Step::init);
    case Step::init:
      return go(Step::read_cursor);
    case Step::read_cursor:
      return go(Step::claim);
    case Step::claim:
      claiming_ = true;
      return go(Step::begin);
    default:
      claiming_ = false;
      has_claimed_ = true;
      return go(Step::wait);  // confirm
  }
}

Next PublishSteps::after_transaction(Did did, std::size_t batch) {
  switch (did) {
    case Did::ok:
      if (step_ == Step::begin) return go(Step::produce);
      if (step_ == Step::produce) return go(Step::commit);
      return after_commit();
    case Did::retriable:
      return go(step_, breath);
    case Did::abortable:
    case Did::poison:
      return start_abort(did, batch);
    case Did::unavailable:
      return later(step_);  // the log could not be read: nothing is open yet
    default:
      aborted_batch_ = batch;
      if (++aborts_ % aborts_before_halving == 0) shrink(batch);
      return reopen(did);
  }
}

Next PublishSteps::after_commit() {
  aborts_ = 0;
  if (claiming_) return go(Step::confirm);
  deaths_ = 0;  // a claim alone is no sign that events are taken
  form_ = EventForm::whole;
  limit_ = std::min(batch_max, limit_ * 2);
  return go(Step::wait);
}

Next PublishSteps::start_abort(Did did, std::size_t batch) {
  poisoned_ = did == Did::poison && batch > 0;
  aborted_batch_ = batch;
  return go(Step::abort);
}

// Halving finds the one event that cannot be taken. Only an event that was alone and is poison itself is
// replaced: a broker that is away must never cost an event its value.
void PublishSteps::shrink(std::size_t batch) {
  if (batch > 1) {
    limit_ = batch / 2;
  } else if (poisoned_) {
    limit_ = 1;
    form_ = form_ == EventForm::whole ? EventForm::tombstone : EventForm::tombstone_without_state;
  }
}

Next PublishSteps::after_abort(Did did) {
  if (did == Did::retriable) return go(Step::abort, breath);
  if (did != Did::ok) return reopen(did);
  ++aborts_;
  if (poisoned_) {
    const bool nothing_left = form_ == EventForm::tombstone_without_state;  // to try, but time
    shrink(aborted_batch_);
    poisoned_ = false;
    return go(Step::begin, nothing_left ? backoff(aborts_, longest_backoff) : milliseconds(0));
  }
  if (aborts_ % aborts_before_halving == 0) {
    shrink(aborted_batch_);
    claiming_ = false;
    // Has somebody taken the topics away?
    return go(Step::check_topics, backoff(aborts_, longest_backoff), true);
  }
  return go(Step::begin, backoff(aborts_ - 1, longest_backoff));
}

const char* to_text(Step step) {
  switch (step) {
    case Step::check_topics:
      return "check topics";
    case Step::peek:
      return "peek at the cursor";
    case Step::open:
      return "open producer";
    case Step::init:
      return "init transactions";
    case Step::read_cursor:
      return "read cursor";
    case Step::claim:
      return "claim";
    case Step::begin:
      return "begin transaction";
    case Step::produce:
      return "produce";
    case Step::commit:
      return "commit transaction";
    case Step::confirm:
      return "confirm claim";
    case Step::wait:
      return "wait for events";
    case Step::abort:
      return "abort transaction";
    case Step::stand_down:
      return "stand down";
    case Step::refuse:
      return "refuse";
  }
  return "?";
}

const char* to_text(Did did) {
  switch (did) {
    case Did::ok:
      return "ok";
    case Did::retriable:
      return "retriable";
    case Did::abortable:
      return "abortable";
    case Did::poison:
      return "poison";
    case Did::fenced:
      return "fenced";
    case Did::fatal:
      return "fatal";
    case Did::unavailable:
      return "unavailable";
    case Did::refused:
      return "refused";
    case Did::superseded:
      return "superseded";
  }
  return "?";
}

}  // namespace calsync
