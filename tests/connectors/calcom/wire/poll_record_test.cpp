// Rows of the API become events: what Cal.com announces to nobody (CONTRACT §11.8).
#include "connectors/calcom/wire/poll_record.hpp"

#include "state/views/fold.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace calsync {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Log {
 public:
  std::vector<EventRecord> read(const std::string& body) {
    RawRecord record;
    record.sequence = RawSequence{++records_};
    record.source = RecordSource::poll;
    record.body = body;
    record.received = now();
    ViewTable table(views_);
    auto out = fold(record, read_poll_record(body), table, EventSequence{events_ + 1});
    EXPECT_NE(out.summary.outcome, RecordOutcome::quarantined) << out.summary.reason;
    reason = to_text(out.summary.outcome) + (": " + out.summary.reason);
    views_.apply(table.take());
    events_ += out.events.size();
    return std::move(out.events);
  }
  std::vector<EventRecord> booking(const std::string& row, bool confirmed = false) {
    return read(booking_record(now(), confirmed, row));
  }
  std::string reason;
  [[nodiscard]] static Instant now() { return *parse_instant("2026-11-21T13:00:00.000Z"); }

 private:
  MemoryViews views_;
  std::uint64_t records_ = 0, events_ = 0;
};

// A row with these members on top of an ordinary one.
std::string row(const std::string& updated_at, const std::string& more = "",
                const std::string& host = "edith@quill.test", const std::string& status = "accepted",
                const std::string& attendees = "") {
  return R"({"uid":"u1","id":7,"title":"Review","status":")" + status +
         R"(","start":"2026-12-01T10:00:00.000Z","end":"2026-12-01T11:00:00.000Z",)" +
         R"("duration":60,"location":"integrations:daily","hosts":[{"id":5,"email":")" + host +
         R"(","timeZone":"Europe/Berlin"}],"attendees":[)" +
         (attendees.empty()
              ? R"({"name":"Ana","email":"ana@client.test","timeZone":"Europe/Lisbon","language":"en","absent":false})"
              : attendees) +
         R"(],"updatedAt":"2026-11-21T)" + updated_at + "Z\"" + (more.empty() ? "" : "," + more) + "}";
}

std::vector<std::string> names(const std::vector<EventRecord>& events) {
  std::vector<std::string> out;
  for (const auto& event : events) out.push_back(event.type);
  return out;
}

TEST(PollRecord, ABookingThatNoWebhookToldIsCreatedOnce) {
  Log log;
  const auto first = log.booking(row("12:00:00.000"));
  ASSERT_THAT(names(first), ElementsAre("booking.created")) << log.reason;
  EXPECT_EQ(first[0].origin, Origin::poll);
  EXPECT_THAT(first[0].value, HasSubstr(R"("trigger":null)"));
  EXPECT_TRUE(log.booking(row("12:00:00.000")).empty());
  EXPECT_TRUE(log.booking(row("12:05:00.000")).empty()) << "updatedAt alone is no news";
}

TEST(PollRecord, SilentChangesAreNamed) {
  Log log;
  log.booking(row("12:00:00.000"));
  const auto reassigned = log.booking(row("12:01:00.000", "", "erik@quill.test"));
  ASSERT_THAT(names(reassigned), ElementsAre("booking.reassigned"));
  EXPECT_THAT(reassigned[0].value, HasSubstr("\"pointer\":\"/hosts\""));
  std::string elsewhere = row("12:02:00.000", "", "erik@quill.test");
  elsewhere.replace(elsewhere.find("integrations:daily"), 18, "https://meet.test/x");
  EXPECT_THAT(names(log.booking(elsewhere)), ElementsAre("booking.changed"));
}

TEST(PollRecord, AddedGuestsAndAbsenceAreChanges) {
  Log log;
  log.booking(row("12:00:00.000"));
  const std::string two =
      R"({"name":"Ana","email":"ana@client.test","timeZone":"Europe/Lisbon","language":"en","absent":false},{"name":"Bo","email":"bo@client.test","timeZone":"Europe/Lisbon","language":"en","absent":false})";
  const auto guests = log.booking(row("12:01:00.000", "", "edith@quill.test", "accepted", two));
  ASSERT_THAT(names(guests), ElementsAre("booking.changed"));
  EXPECT_THAT(guests[0].value, HasSubstr("bo@client.test"));
  std::string gone = two;
  gone.replace(gone.find("false"), 5, "true");
  EXPECT_THAT(names(log.booking(row("12:01:00.000", "", "edith@quill.test", "accepted", gone), true)),
              ElementsAre("booking.no_show_updated"))
      << "updatedAt need not move: confirmed, it counts as of the read";
}

TEST(PollRecord, AConfirmationACancellationAndARejectionHaveTheirNames) {
  Log log;
  EXPECT_THAT(names(log.booking(row("12:00:00.000", "", "edith@quill.test", "pending"))),
              ElementsAre("booking.requested"));
  EXPECT_THAT(names(log.booking(row("12:01:00.000"))), ElementsAre("booking.confirmed"));
  const auto ended =
      log.booking(row("12:02:00.000", R"("cancellationReason":"ill","cancelledByEmail":"ana@client.test")",
                      "edith@quill.test", "cancelled"));
  ASSERT_THAT(names(ended), ElementsAre("booking.cancelled"));
  EXPECT_THAT(ended[0].value, HasSubstr(R"("reason":"ill")"));
  Log other;
  other.booking(row("12:00:00.000", "", "edith@quill.test", "pending"));
  EXPECT_THAT(names(other.booking(row("12:01:00.000", "", "edith@quill.test", "rejected"))),
              ElementsAre("booking.rejected"));
}

TEST(PollRecord, ThereAndBackAgainAreTwoChanges) {
  Log log;
  log.booking(row("12:00:00.000"));
  EXPECT_EQ(log.booking(row("12:01:00.000", "", "erik@quill.test")).size(), 1U);
  EXPECT_EQ(log.booking(row("12:02:00.000")).size(), 1U);
}

TEST(PollRecord, SeatsAreTheOnesThatAreListed) {
  const auto seat = [](const std::string& name, const std::string& uid) {
    return R"({"name":")" + name + R"(","email":")" + name +
           R"(@c.test","timeZone":"Europe/Lisbon","absent":false,"seatUid":")" + uid + "\"}";
  };
  Log log;
  log.booking(row("12:00:00.000", "", "edith@quill.test", "accepted", seat("a", "s1")));
  EXPECT_THAT(names(log.booking(row("12:01:00.000", "", "edith@quill.test", "accepted",
                                    seat("a", "s1") + "," + seat("b", "s2")))),
              ElementsAre("booking.seat_added"));
  EXPECT_THAT(names(log.booking(row("12:02:00.000", "", "edith@quill.test", "accepted", seat("b", "s2")))),
              ElementsAre("booking.seat_cancelled"));
  EXPECT_TRUE(log.booking(row("12:03:00.000", "", "edith@quill.test", "accepted", seat("b", "s2"))).empty());
}

TEST(PollRecord, ARescheduleIsOneChain) {
  Log log;
  const auto created = log.booking(row("12:00:00.000"));
  std::string child =
      row("12:01:00.000", R"("rescheduledFromUid":"u1","rescheduledByEmail":"ana@client.test")");
  child.replace(child.find("\"u1\""), 4, "\"u2\"");
  const auto moved = log.booking(child);
  ASSERT_THAT(names(moved), ElementsAre("booking.rescheduled"));
  EXPECT_EQ(moved[0].key, created[0].key);
  EXPECT_TRUE(
      log.booking(row("12:01:00.000", R"("rescheduledToUid":"u2")", "edith@quill.test", "cancelled")).empty())
      << "the old one emits nothing";
}

TEST(PollRecord, WhatVanishedIsToldOnce) {
  Log log;
  log.booking(row("12:00:00.000"));
  EXPECT_THAT(names(log.read(vanished_record(Log::now(), "u1"))), ElementsAre("booking.vanished"));
  EXPECT_TRUE(log.read(vanished_record(Log::now(), "u1")).empty());
}

TEST(PollRecord, TimeOffIsCreatedUpdatedAndDeleted) {
  const auto off = [](const std::string& end, const std::string& at) {
    return ooo_record(
        *parse_instant("2026-11-21T" + at + "Z"),
        R"({"id":3,"uuid":"x-1","userId":6,"toUserId":null,"start":"2026-12-20T00:00:00.000Z","end":")" +
            end + R"(T23:59:59.999Z","notes":null,"reason":"vacation"})",
        PollPerson{6, "edith@quill.test", {}}, std::nullopt);
  };
  Log log;
  const auto created = log.read(off("2026-12-24", "12:00:00.000"));
  ASSERT_THAT(names(created), ElementsAre("ooo.created"));
  EXPECT_EQ(created[0].key.value(), "6");
  EXPECT_THAT(created[0].value, HasSubstr(R"("end":"2026-12-24")"));
  EXPECT_TRUE(log.read(off("2026-12-24", "12:02:00.000")).empty());
  EXPECT_THAT(names(log.read(off("2026-12-31", "12:04:00.000"))), ElementsAre("ooo.updated"));
  EXPECT_THAT(names(log.read(ooo_deleted_record(Log::now(), 3, "x-1"))), ElementsAre("ooo.deleted"));
  EXPECT_TRUE(log.read(ooo_deleted_record(Log::now(), 3, "x-1")).empty());
  EXPECT_TRUE(log.read(off("2026-12-31", "12:06:00.000")).empty()) << "older than its deletion";
}

}  // namespace
}  // namespace calsync
