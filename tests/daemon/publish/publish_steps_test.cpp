// The paths of RELIABILITY §3.2 as rows: what came of each step → what is done next.
#include "daemon/publish/publish_steps.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace calsync {
namespace {

using enum Did;
using std::chrono::milliseconds;

// Up to the first wait for events.
PublishSteps publishing() {
  PublishSteps steps;
  for (const Step step : {Step::check_topics, Step::peek, Step::open, Step::init, Step::read_cursor,
                          Step::claim, Step::begin, Step::produce, Step::commit, Step::confirm}) {
    EXPECT_EQ(steps.step(), step) << to_text(step);
    EXPECT_EQ(steps.claiming(),
              step == Step::begin || step == Step::produce || step == Step::commit || step == Step::confirm);
    steps.after(ok);
  }
  EXPECT_EQ(steps.step(), Step::wait);
  EXPECT_FALSE(steps.claiming());
  return steps;
}

void commit(PublishSteps& steps, std::size_t batch) {
  for (const Step step : {Step::wait, Step::begin, Step::produce, Step::commit}) {
    ASSERT_EQ(steps.step(), step);
    steps.after(ok, batch);
  }
}

void abort_once(PublishSteps& steps, Did did, std::size_t batch) {
  while (steps.step() != Step::commit) steps.after(ok, batch);
  ASSERT_EQ(steps.after(did, batch).step, Step::abort);
}

struct Row {
  const char* story;
  Step at;
  Did did;
  Step then;
  bool drops_handle;
};

TEST(PublishSteps, KnowWhatFollowsEveryAnswer) {
  for (const Row& row : {
           Row{"cluster away at start", Step::check_topics, unavailable, Step::check_topics, false},
           Row{"topics missing, not ours to make", Step::check_topics, refused, Step::refuse, true},
           Row{"the peek finds another's cursor", Step::peek, refused, Step::refuse, true},
           Row{"a copy of a log that never published here", Step::peek, superseded, Step::refuse, true},
           Row{"init timed out: it goes on", Step::init, retriable, Step::init, false},
           Row{"init not allowed", Step::init, fatal, Step::peek, true},
           Row{"init fenced", Step::init, fenced, Step::peek, true},
           Row{"cursor not readable now", Step::read_cursor, unavailable, Step::read_cursor, false},
           Row{"cursor lost", Step::read_cursor, refused, Step::refuse, true},
           Row{"the log cannot take the note", Step::claim, unavailable, Step::claim, false},
           Row{"begin on a dead handle", Step::begin, fatal, Step::peek, true},
           Row{"a message was not taken (F7)", Step::produce, abortable, Step::abort, false},
           Row{"a message is too large", Step::produce, poison, Step::abort, false},
           Row{"commit timed out: the same call again (F9)", Step::commit, retriable, Step::commit, false},
           Row{"commit wants an abort", Step::commit, abortable, Step::abort, false},
           Row{"commit fenced (F8)", Step::commit, fenced, Step::peek, true},
           Row{"the claim's note failed", Step::confirm, unavailable, Step::confirm, false},
       }) {
    SCOPED_TRACE(row.story);
    PublishSteps steps;
    while (steps.step() != row.at) steps.after(ok);
    const Next next = steps.after(row.did);
    EXPECT_STREQ(to_text(next.step), to_text(row.then));
    EXPECT_EQ(next.drop_handle, row.drops_handle);
    EXPECT_EQ(steps.step(), next.step);
  }
}

TEST(PublishSteps, StandDownOnceThisProcessWasTheOneThatPublishes) {
  PublishSteps starting;
  starting.after(ok);
  EXPECT_EQ(starting.after(superseded).step, Step::refuse) << "a copy or an old backup: a person must look";
  PublishSteps steps = publishing();  // idle since its claim
  while (steps.step() != Step::commit) steps.after(ok, 1);
  EXPECT_GE(steps.after(fenced, 1).pause, milliseconds(2000))
      << "the winner's claim must be visible when we look";
  EXPECT_EQ(steps.after(superseded).step, Step::stand_down);
}

TEST(PublishSteps, ClaimAgainWithEveryNewHandle) {
  PublishSteps steps = publishing();
  steps.after(ok);
  steps.after(fatal);
  for (const Step step : {Step::peek, Step::open, Step::init, Step::read_cursor, Step::claim}) {
    EXPECT_STREQ(to_text(steps.step()), to_text(step));
    steps.after(ok);
  }
  EXPECT_TRUE(steps.claiming());
}

TEST(PublishSteps, BackOffLongerEachTimeAndStartAfreshAfterACommit) {
  PublishSteps steps = publishing();
  std::vector<milliseconds> pauses;
  for (int i = 0; i < 4; ++i) {
    abort_once(steps, abortable, 10);
    pauses.push_back(steps.after(ok, 10).pause);
  }
  EXPECT_EQ(pauses, (std::vector<milliseconds>{milliseconds(100), milliseconds(200), milliseconds(400),
                                               milliseconds(800)}));
  while (steps.step() != Step::wait) steps.after(ok, 10);
  abort_once(steps, abortable, 10);
  EXPECT_EQ(steps.after(ok, 10).pause, milliseconds(100));
}

TEST(PublishSteps, WaitForAnAbsentClusterAtMostFiveSecondsAtATime) {
  PublishSteps steps;
  milliseconds last{};
  for (int i = 0; i < 40; ++i) last = steps.after(unavailable).pause;
  EXPECT_EQ(last, milliseconds(5000));
}

TEST(PublishSteps, HalveABatchThatWasAbortedFiveTimesAndLookAtTheTopicsAgain) {
  PublishSteps steps = publishing();
  for (unsigned i = 1; i <= PublishSteps::aborts_before_halving; ++i) {
    abort_once(steps, abortable, 1000);
    const Next next = steps.after(ok, 1000);
    EXPECT_EQ(next.step, i == PublishSteps::aborts_before_halving ? Step::check_topics : Step::begin);
  }
  EXPECT_EQ(steps.limit(), 500U);
}

TEST(PublishSteps, FindAnEventThatCannotBeTakenByHalvingAndReplaceOnlyThatOne) {
  PublishSteps steps = publishing();
  std::size_t batch = 2000;
  int aborts = 0;
  for (; steps.form() == EventForm::whole; ++aborts) {
    ASSERT_LT(aborts, 20);
    abort_once(steps, poison, batch);
    EXPECT_EQ(steps.after(ok, batch).pause, milliseconds(0)) << "no waiting while searching";
    batch = std::min(batch, steps.limit());
  }
  EXPECT_EQ(aborts, 11);  // 2000 → 1000 → … → 1, then the one event
  EXPECT_EQ(steps.limit(), 1U);
  EXPECT_EQ(steps.form(), EventForm::tombstone);
  while (steps.step() != Step::wait) steps.after(ok, 1);
  EXPECT_EQ(steps.form(), EventForm::whole);
  EXPECT_EQ(steps.limit(), 2U);
  for (int i = 0; i < 12; ++i) commit(steps, 1);
  EXPECT_EQ(steps.limit(), PublishSteps::batch_max);
}

// The commit of the replaced event may have succeeded though its answer was lost: then the cursor is past it.
TEST(PublishSteps, ReplaceNoOtherEventAfterTheHandleDied) {
  for (const Did death : {fenced, fatal}) {
    PublishSteps steps = publishing();
    while (steps.form() == EventForm::whole) {
      abort_once(steps, poison, 1);
      steps.after(ok, 1);
    }
    while (steps.step() != Step::commit) steps.after(ok, 1);
    steps.after(death, 1);
    EXPECT_EQ(steps.step(), Step::peek);
    EXPECT_EQ(steps.form(), EventForm::whole);
  }
}

TEST(PublishSteps, NeverCostAnEventItsValueBecauseTheBrokerIsAway) {
  PublishSteps steps = publishing();
  for (int i = 0; i < 200; ++i) {
    abort_once(steps, abortable, 1);
    steps.after(ok, 1);
  }
  EXPECT_EQ(steps.form(), EventForm::whole);
}

TEST(PublishSteps, DropTheStateAsWellWhenTheTombstoneIsRefusedToo) {
  PublishSteps steps = publishing();
  abort_once(steps, poison, 1);
  steps.after(ok, 1);
  abort_once(steps, poison, 1);
  EXPECT_EQ(steps.after(ok, 1).pause, milliseconds(0));
  EXPECT_EQ(steps.form(), EventForm::tombstone_without_state);
  abort_once(steps, poison, 1);
  EXPECT_GT(steps.after(ok, 1).pause, milliseconds(0)) << "nothing is left to try but time";
}

}  // namespace
}  // namespace calsync
