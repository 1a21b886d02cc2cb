#include "daemon/cli/filters.hpp"

#include <gtest/gtest.h>

namespace calsync::cli {
namespace {

const Instant now = *parse_instant("2026-11-20T12:00:00Z");

struct Seen {
  RawRecord record;
  std::optional<RecordSummary> summary;
  std::vector<StoredEvent> events;
};
Seen sample() {
  Seen seen;
  seen.record.sequence = RawSequence{7};
  seen.record.received = *parse_instant("2026-11-20T10:00:00Z");
  seen.summary.emplace();
  seen.summary->outcome = RecordOutcome::event;
  seen.summary->trigger = "BOOKING_RESCHEDULED";
  seen.summary->subject = "uidNew";
  StoredEvent stored;
  stored.event.sequence = EventSequence{5};
  stored.event.raw = RawSequence{7};
  stored.event.topic = Topic::bookings;
  stored.event.type = "booking.rescheduled";
  stored.event.key = EventKey{"uidRoot"};
  stored.event.subject = "uidNew";
  stored.event.time = *parse_instant("2026-11-20T09:59:00Z");
  seen.events.push_back(stored);
  return seen;
}

TEST(RecordFilter, TakesWhatEachWordSays) {
  struct Row {
    const char* story;
    void (*set)(FilterWords&);
    bool matches;
  };
  for (const Row& row : {
           Row{"no filter", [](FilterWords&) {}, true},
           Row{"since before", [](FilterWords& w) { w.since = "3h"; }, true},
           Row{"since is inclusive", [](FilterWords& w) { w.since = "2026-11-20T10:00:00Z"; }, true},
           Row{"since after", [](FilterWords& w) { w.since = "1h"; }, false},
           Row{"until is exclusive", [](FilterWords& w) { w.until = "2026-11-20T10:00:00Z"; }, false},
           Row{"until a date holds that day", [](FilterWords& w) { w.until = "2026-11-20"; }, true},
           Row{"from its sequence", [](FilterWords& w) { w.from = 7; }, true},
           Row{"from the next", [](FilterWords& w) { w.from = 8; }, false},
           Row{"to the one before", [](FilterWords& w) { w.to = 6; }, false},
           Row{"trigger in any case", [](FilterWords& w) { w.trigger = "booking_rescheduled"; }, true},
           Row{"another trigger", [](FilterWords& w) { w.trigger = "BOOKING_RESCHEDULE"; }, false},
           Row{"its booking", [](FilterWords& w) { w.booking = "uidNew"; }, true},
           Row{"the root of its chain", [](FilterWords& w) { w.booking = "uidRoot"; }, true},
           Row{"another booking", [](FilterWords& w) { w.booking = "uid"; }, false},
           Row{"its outcome", [](FilterWords& w) { w.outcome = "event"; }, true},
           Row{"another outcome", [](FilterWords& w) { w.outcome = "quarantined"; }, false},
           Row{"not read yet", [](FilterWords& w) { w.outcome = "pending"; }, false},
       }) {
    FilterWords words;
    row.set(words);
    const auto filter = record_filter(words, now);
    ASSERT_TRUE(filter) << row.story;
    const Seen seen = sample();
    EXPECT_EQ(filter->matches(seen.record, seen.summary, seen.events), row.matches) << row.story;
  }
}

TEST(RecordFilter, FindsRecordsThatWereNotReadYet) {
  FilterWords words;
  words.outcome = "pending";
  Seen seen = sample();
  seen.summary.reset();
  EXPECT_TRUE(record_filter(words, now)->matches(seen.record, seen.summary, {}));
}

TEST(EventFilter, TakesWhatEachWordSays) {
  struct Row {
    const char* story;
    void (*set)(FilterWords&);
    bool matches;
  };
  for (const Row& row : {
           Row{"no filter", [](FilterWords&) {}, true},
           Row{"topic", [](FilterWords& w) { w.topic = "bookings"; }, true},
           Row{"another topic", [](FilterWords& w) { w.topic = "ooo"; }, false},
           Row{"type", [](FilterWords& w) { w.type = "booking.rescheduled"; }, true},
           Row{"type in full", [](FilterWords& w) { w.type = "calsync.booking.rescheduled"; }, true},
           Row{"type with a star", [](FilterWords& w) { w.type = "booking.*"; }, true},
           Row{"a type is no prefix", [](FilterWords& w) { w.type = "booking.resched"; }, false},
           Row{"key", [](FilterWords& w) { w.key = "uidRoot"; }, true},
           Row{"subject is no key", [](FilterWords& w) { w.key = "uidNew"; }, false},
           Row{"booking by key", [](FilterWords& w) { w.booking = "uidRoot"; }, true},
           Row{"booking by subject", [](FilterWords& w) { w.booking = "uidNew"; }, true},
           Row{"sequence", [](FilterWords& w) { w.from = w.to = 5; }, true},
           Row{"its own time is not asked for", [](FilterWords& w) { w.since = "2026-11-20T10:00:00Z"; },
               true},
       }) {
    FilterWords words;
    row.set(words);
    const auto filter = event_filter(words, now);
    ASSERT_TRUE(filter) << row.story;
    EXPECT_EQ(filter->matches(sample().events[0].event), row.matches) << row.story;
  }
}

TEST(Filters, NameTheOptionThatIsWrong) {
  FilterWords words;
  words.since = "yesterday";
  EXPECT_NE(record_filter(words, now).error().text().find("--since"), std::string::npos);
  words = {};
  words.outcome = "good";
  EXPECT_NE(record_filter(words, now).error().text().find("--outcome"), std::string::npos);
  words = {};
  words.topic = "cursor";
  EXPECT_NE(event_filter(words, now).error().text().find("--topic"), std::string::npos);
}

}  // namespace
}  // namespace calsync::cli
