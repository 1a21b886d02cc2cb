#include "daemon/audit/history.hpp"

#include <gtest/gtest.h>

namespace calsync::audit {
namespace {

struct Step {
  RecordSource source;
  std::string type;    // of the event it made; empty: none
  std::string reason;  // why none
  int time = 0;        // of the event
};
constexpr auto hook = RecordSource::webhook;
constexpr auto poll = RecordSource::poll;

std::string told(const std::vector<Step>& steps) {
  History history;
  std::uint64_t n = 0;
  for (const auto& step : steps) {
    RawRecord record;
    record.sequence = RawSequence{++n};
    record.source = step.source;
    RecordSummary summary;
    summary.subject = "u";
    summary.trigger = "TRIGGER";
    summary.reason = step.reason;
    summary.outcome = step.type.empty() ? RecordOutcome::no_change : RecordOutcome::event;
    std::vector<EventRecord> events;
    if (!step.type.empty()) {
      EventRecord& event = events.emplace_back();
      event.sequence = EventSequence{n};
      event.subject = "u";
      event.type = step.type;
      event.time = Instant{std::chrono::minutes{step.time}};
    }
    history.take(record, summary, events);
  }
  std::string text;
  for (const auto& one : history.findings()) {
    EXPECT_EQ(one.weight, Weight::history);
    EXPECT_EQ(one.booking, "u");
    text += one.kind + " " + std::to_string(one.raw->value()) + "; ";
  }
  return text;
}

struct HistoryCase {
  const char* story;
  std::vector<Step> steps;
  const char* expected;
};

TEST(History, TellsWhatWasLostLateRepeatedAndDisordered) {
  const HistoryCase cases[] = {
      {"webhooks alone, in order",
       {{hook, "booking.created", "", 1}, {hook, "booking.cancelled", "", 2}},
       ""},
      {"a webhook that was lost", {{poll, "booking.created", "", 1}}, "not_announced 1; "},
      {"a webhook that came after the poll",
       {{poll, "booking.created", "", 1}, {hook, "", "known already", 1}},
       "late 2; "},
      {"and came again",
       {{poll, "booking.created", "", 1}, {hook, "", "known already", 1}, {hook, "", "known already", 1}},
       "late 2; late 3; "},
      {"a change that Cal.com does not announce", {{poll, "booking.reassigned", "", 1}}, "silent 1; "},
      {"a second telling",
       {{hook, "booking.created", "", 1}, {hook, "", "known already", 1}},
       "repeated 2; "},
      {"an older one behind",
       {{hook, "booking.cancelled", "", 2}, {hook, "", "older than what is known", 1}},
       "disordered 2; "},
      {"an older one that fills",
       {{hook, "booking.cancelled", "", 2}, {hook, "booking.changed", "", 1}},
       "disordered 2; "},
      {"a meeting's own time is no order",
       {{hook, "booking.created", "", 2}, {hook, "meeting.started", "", 1}},
       ""},
  };
  for (const auto& [story, steps, expected] : cases) {
    SCOPED_TRACE(story);
    EXPECT_EQ(told(steps), expected);
  }
}

}  // namespace
}  // namespace calsync::audit
