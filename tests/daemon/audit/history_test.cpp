#include "daemon/audit/history.hpp"

#include <gtest/gtest.h>

namespace calsync::audit {
namespace {

struct Step {
  RecordSource source;
  std::string type;    // of the event it made; empty: none
  std::string reason;  // why none
  int time = 0;        // of the event
  std::string body{};
  int again = 0;  // its very bytes came so often more
};
constexpr auto hook = RecordSource::webhook;
constexpr auto poll = RecordSource::poll;

// `before`: events of the booking that are older than what is looked at.
std::string told(const std::vector<Step>& steps, std::uint64_t before) {
  History history;
  std::uint64_t n = 0, made = before;
  for (const auto& step : steps) {
    RawRecord record;
    record.sequence = RawSequence{++n};
    record.source = step.source;
    record.body = step.body;
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
      event.key = EventKey{"u"};
      event.key_sequence = KeySequence{++made};
      event.time = Instant{std::chrono::minutes{step.time}};
    }
    history.take(record, summary, events);
    if (step.again > 0) history.came_again(record, summary, static_cast<std::uint64_t>(step.again));
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
  std::uint64_t before = 0;
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
      {"and came again, made a moment later for another subscription",
       {{poll, "booking.created", "", 1},
        {hook, "", "known already", 1, R"({"createdAt":"T01","uid":"u"})"},
        {hook, "", "known already", 1, R"({"createdAt":"T02","uid":"u"})"}},
       "late 2; repeated 3; "},
      {"and came again, byte for byte",
       {{poll, "booking.created", "", 1}, {hook, "", "known already", 1, "{}", 1}},
       "late 2; repeated 2; "},
      {"two webhooks that came after one poll",
       {{poll, "booking.cancelled", "", 2},
        {hook, "", "older", 1, "made"},
        {hook, "", "known already", 2, "over"}},
       "late 2; late 3; "},
      {"the end of what nobody had told the beginning of",
       {{hook, "booking.cancelled", "", 2}},
       "not_announced 1; "},
      {"of which the beginning is older than what is looked at", {{hook, "booking.cancelled", "", 2}}, "", 1},
      {"a change that Cal.com does not announce", {{poll, "booking.reassigned", "", 1}}, "silent 1; "},
      {"a second telling",
       {{hook, "booking.created", "", 1}, {hook, "", "known already", 1}},
       "repeated 2; "},
      {"the very bytes once more", {{hook, "booking.created", "", 1, "{}", 1}}, "repeated 1; "},
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
  for (const auto& [story, steps, expected, before] : cases) {
    SCOPED_TRACE(story);
    EXPECT_EQ(told(steps, before), expected);
  }
}

}  // namespace
}  // namespace calsync::audit
