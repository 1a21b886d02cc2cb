#include "daemon/publish/ownership.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {

using Kind = CursorVerdict::Kind;
const std::map<std::string, int> six{{"bookings", 6}, {"cursor", 1}};

Digest hash_of(std::uint64_t sequence) {
  return sha256(std::to_string(sequence));
}

LogSide log_with(std::uint64_t head, std::optional<Claim> held, std::optional<Claim> pending = {}) {
  LogSide side;
  side.log = LogId("mine");
  side.head = EventSequence(head);
  side.held = std::move(held);
  side.pending = std::move(pending);
  side.hash_at = [](EventSequence s) -> Result<Digest> { return hash_of(s.value()); };
  return side;
}
CursorRecord cursor_at(std::uint64_t sequence, std::uint64_t generation, std::string nonce,
                       std::string log = "mine") {
  return {LogId(std::move(log)),
          generation,
          std::move(nonce),
          "i",
          EventSequence(sequence),
          hash_of(sequence),
          six,
          {}};
}
Claim claim(std::uint64_t generation, std::string nonce) {
  return {generation, std::move(nonce), six};
}

struct Row {
  const char* story;
  LogSide log;
  std::optional<CursorRecord> cursor;
  Kind peek, read;
  std::uint64_t generation;
  const char* says;
};

TEST(Ownership, IsDecidedByTheCursorAndTheNotesOfTheLog) {
  for (const Row& row : {
           Row{"a new log, new topics", log_with(0, {}), {}, Kind::go_on, Kind::go_on, 1, ""},
           Row{"a restart", log_with(9, claim(3, "n")), cursor_at(7, 3, "n"), Kind::go_on, Kind::go_on, 4,
               ""},
           Row{"died before the first claim was committed",
               log_with(9, {}, claim(1, "n")),
               {},
               Kind::go_on,
               Kind::go_on,
               1,
               ""},
           Row{"died between commit and note of the claim", log_with(9, claim(3, "n"), claim(4, "p")),
               cursor_at(7, 4, "p"), Kind::go_on, Kind::go_on, 5, ""},
           Row{"died before the commit of the claim", log_with(9, claim(3, "n"), claim(4, "p")),
               cursor_at(7, 3, "n"), Kind::go_on, Kind::go_on, 4, ""},
           Row{"an old copy of the log", log_with(9, claim(3, "n")), cursor_at(7, 5, "x"), Kind::superseded,
               Kind::superseded, 0, "--takeover"},
           Row{"two copies made the same claim", log_with(9, claim(3, "n"), claim(4, "p")),
               cursor_at(7, 4, "q"), Kind::superseded, Kind::superseded, 0, "--takeover"},
           Row{"a log that lost its notes", log_with(9, {}), cursor_at(7, 1, "x"), Kind::superseded,
               Kind::superseded, 0, "--takeover"},
           Row{"another log's topics", log_with(9, {}), cursor_at(7, 1, "x", "theirs"), Kind::refuse,
               Kind::refuse, 0, "topic_prefix"},
           Row{"a log that was cut", log_with(6, claim(3, "n")), cursor_at(7, 3, "n"), Kind::refuse,
               Kind::refuse, 0, "restore"},
           Row{"the cursor is gone",
               log_with(9, claim(3, "n")),
               {},
               Kind::go_on,
               Kind::refuse,
               0,
               "--accept-cursor"},
           Row{"the cursor went back: at the peek it may just be early", log_with(9, claim(3, "n")),
               cursor_at(5, 2, "m"), Kind::go_on, Kind::refuse, 0, "--accept-cursor"},
       }) {
    SCOPED_TRACE(row.story);
    EXPECT_EQ(judge_peek(row.log, row.cursor).kind, row.peek);
    const CursorVerdict verdict = judge_cursor(row.log, row.cursor, six, {});
    EXPECT_EQ(verdict.kind, row.read) << verdict.why.what;
    EXPECT_EQ(verdict.generation, row.generation);
    EXPECT_NE(verdict.why.what.find(row.says), std::string::npos) << verdict.why.what;
    if (verdict.kind == Kind::go_on && row.cursor) {
      EXPECT_EQ(verdict.after, row.cursor->sequence);
    }
  }
}

TEST(Ownership, RefusesALogThatDivergedFromWhatWasPublished) {
  CursorRecord cursor = cursor_at(7, 3, "n");
  cursor.hash = sha256("another history");
  const auto verdict = judge_peek(log_with(9, claim(3, "n")), cursor);
  EXPECT_EQ(verdict.kind, Kind::refuse);
  EXPECT_NE(verdict.why.what.find("diverged"), std::string::npos);
}

TEST(Ownership, RefusesAChangedPartitionCountAndNamesTheCure) {
  const auto verdict =
      judge_cursor(log_with(9, claim(3, "n")), cursor_at(7, 3, "n"), {{"bookings", 12}, {"cursor", 1}}, {});
  EXPECT_EQ(verdict.kind, Kind::refuse);
  EXPECT_NE(verdict.why.what.find("topic_prefix"), std::string::npos);
}

TEST(Ownership, GoesOnWhereAPersonSaysWhenTheCursorIsLost) {
  LogSide log = log_with(9, claim(3, "n"));
  log.accept_cursor = 5;
  const auto verdict = judge_cursor(log, {}, six, {});
  EXPECT_EQ(verdict.kind, Kind::go_on);
  EXPECT_EQ(verdict.after, EventSequence(5));
  EXPECT_EQ(verdict.hash, hash_of(5));
  EXPECT_EQ(verdict.generation, 4U);
  log.accept_cursor = 10;
  EXPECT_EQ(judge_cursor(log, {}, six, {}).kind, Kind::refuse) << "beyond the end of the log";
}

TEST(Ownership, RefusesTopicsWithRecordsButNoCursor) {
  EXPECT_EQ(judge_cursor(log_with(9, {}), {}, six, "bookings").kind, Kind::refuse);
}

TEST(Ownership, IsTakenOverOnlyForTheSameLogAndHistory) {
  LogSide log = log_with(9, claim(3, "n"));
  log.takeover = true;
  const auto verdict = judge_cursor(log, cursor_at(7, 5, "x"), six, {});
  EXPECT_EQ(verdict.kind, Kind::go_on);
  EXPECT_EQ(verdict.generation, 6U);
  EXPECT_EQ(judge_cursor(log, cursor_at(12, 5, "x"), six, {}).kind, Kind::refuse);
  EXPECT_EQ(judge_peek(log, cursor_at(7, 5, "x", "theirs")).kind, Kind::refuse);
}

TEST(Ownership, IsNotOfACopyThatKnowsTheSameClaim) {
  Claim mine = claim(3, "n");
  mine.place = "original";
  LogSide log = log_with(9, mine);
  log.place = "copy";
  for (const auto& verdict :
       {judge_peek(log, cursor_at(7, 3, "n")), judge_cursor(log, cursor_at(7, 3, "n"), six, {})}) {
    EXPECT_EQ(verdict.kind, Kind::refuse);
    EXPECT_THAT(verdict.why.what, testing::HasSubstr("--takeover"));
  }
  log.takeover = true;
  EXPECT_EQ(judge_cursor(log, cursor_at(7, 3, "n"), six, {}).kind, Kind::go_on);
  log.takeover = false;
  for (const char* same : {"original", ""}) {  // "": a file system that does not tell
    log.place = same;
    EXPECT_EQ(judge_cursor(log, cursor_at(7, 3, "n"), six, {}).kind, Kind::go_on);
  }
  log.place = "copy";
  log.held->place.clear();  // noted by a version that did not know
  EXPECT_EQ(judge_peek(log, cursor_at(7, 3, "n")).kind, Kind::go_on);
}

TEST(Ownership, NotesComeBackAsTheyWereWritten) {
  const auto back = decode_claim(encode(claim(3, "n")));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, claim(3, "n"));
  Claim placed = claim(3, "n");
  placed.place = "12.34";
  EXPECT_EQ(*decode_claim(encode(placed)), placed);
  EXPECT_FALSE(decode_claim("{}"));
  EXPECT_FALSE(decode_claim("x"));
}

// Of a trimmed log the events behind its cut are all that there will ever be.
TEST(Ownership, OfATrimmedLogBeginsAtItsCut) {
  const auto trimmed = [](std::optional<Claim> held) {
    LogSide side = log_with(9, std::move(held));
    side.cut = EventSequence{5};
    side.hash_at = [](EventSequence s) -> Result<Digest> {
      if (s < EventSequence{5}) return Error{Errc::not_found, "trimmed"};
      return hash_of(s.value());
    };
    return side;
  };
  const CursorVerdict fresh = judge_cursor(trimmed({}), {}, six, {});
  EXPECT_EQ(fresh.kind, Kind::go_on);
  EXPECT_EQ(fresh.after, EventSequence{5});
  EXPECT_EQ(fresh.hash, hash_of(5));
  const CursorVerdict at_cut = judge_cursor(trimmed(claim(3, "n")), cursor_at(5, 3, "n"), six, {});
  EXPECT_EQ(at_cut.kind, Kind::go_on) << at_cut.why.text();
  EXPECT_EQ(at_cut.after, EventSequence{5});
  const CursorVerdict before = judge_cursor(trimmed(claim(3, "n")), cursor_at(4, 3, "n"), six, {});
  EXPECT_EQ(before.kind, Kind::refuse);
  EXPECT_NE(before.why.text().find("set a new kafka.topic_prefix"), std::string::npos);
  LogSide accepting = trimmed(claim(3, "n"));
  accepting.accept_cursor = 4;
  EXPECT_NE(judge_cursor(accepting, {}, six, {}).why.text().find("were trimmed"), std::string::npos);
  accepting.accept_cursor = 5;
  EXPECT_EQ(judge_cursor(accepting, {}, six, {}).kind, Kind::go_on);
}

}  // namespace
}  // namespace calsync
