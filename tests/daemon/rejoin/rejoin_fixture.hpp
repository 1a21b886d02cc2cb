// A log that publishes into a Kafka made of lists, is backed up, lost, restored and rejoined.
#pragma once
#include "daemon/project/projection_pass.hpp"
#include "daemon/publish/event_message.hpp"
#include "daemon/publish/ownership.hpp"
#include "daemon/rejoin/rejoin.hpp"
#include "tests/connectors/calcom/wire/deliveries.hpp"
#include "tests/state/store/log_fixture.hpp"

namespace calsync {

inline const std::string prefix = "calsync.";

inline void read_all(EventLog& log, std::uint64_t upto = UINT64_MAX) {
  while (log.head().normalised.value() < std::min(upto, log.head().raw.value())) {
    const auto pass = project_next(log, std::min<std::uint64_t>(upto - log.head().normalised.value(), 256));
    if (!pass) throw std::runtime_error(pass.error().text());
  }
}

inline std::vector<StoredEvent> all_events(const EventLog& log) {
  auto events = log.read_events(EventSequence{1}, 100'000, std::size_t{1} << 30U);
  if (!events) throw std::runtime_error(events.error().text());
  return *std::move(events);
}

// What its publisher would have committed, in the order of RejoinSource: events before their states.
struct FakeKafka {
  std::vector<CommittedRecord> records;
  CursorRecord cursor;
  std::size_t fail_after = SIZE_MAX;                              // records, then Kafka is away
  std::function<void(std::size_t)> on_read = [](std::size_t) {};  // the number of records read before

  void publish(const EventLog& log) {
    MessageContext context{log.id(), "/calsync/local", prefix, "", {}};
    for (const StoredEvent& stored : all_events(log)) {
      if (stored.event.sequence <= cursor.sequence) continue;
      for (const KafkaMessage& message : messages_of(stored, context, EventForm::whole, stored.event.time))
        commit(message, stored.event.sequence);
      cursor.sequence = stored.event.sequence;
      cursor.hash = stored.hash;
    }
    cursor.log = log.id();
    cursor.generation = 7;
    cursor.nonce = "nonce";
  }
  void commit(const KafkaMessage& message, EventSequence sequence) {
    const bool state = message.topic == prefix + "booking-state";
    if (state)  // compacted
      std::erase_if(records, [&](const auto& r) { return r.topic == message.topic && r.key == message.key; });
    CommittedRecord record{message.topic, sequence, message.key, message.value, {}};
    for (const KafkaHeader& header : message.headers) record.headers.emplace(header.name, header.value);
    records.push_back(std::move(record));
  }

  class Reader final : public CommittedSource {
   public:
    Reader(const FakeKafka& kafka, EventSequence after) : kafka_(kafka) {
      while (at_ < kafka.records.size() && kafka.records[at_].sequence <= after) ++at_;
    }
    Result<std::optional<CommittedRecord>> next() override {
      kafka_.on_read(given_);
      if (given_++ >= kafka_.fail_after) return Error{Errc::unavailable, "Kafka is away"};
      if (at_ == kafka_.records.size()) return std::optional<CommittedRecord>{};
      return std::optional(kafka_.records[at_++]);
    }

   private:
    const FakeKafka& kafka_;
    std::size_t at_ = 0, given_ = 0;
  };

  RejoinSource source() const {
    RejoinSource out;
    out.topic_prefix = prefix;
    out.cursor = [this]() -> Result<std::optional<CursorRecord>> { return std::optional(cursor); };
    out.committed = [this](EventSequence after) -> Result<std::unique_ptr<CommittedSource>> {
      return std::unique_ptr<CommittedSource>(std::make_unique<Reader>(*this, after));
    };
    return out;
  }
};

inline std::vector<std::string> first_part() {
  std::vector<std::string> out;
  for (const Delivery& one :
       {created("a1", 1), requested("b1", 2), seat("s1", 3, "kim", "seat-1"), time_off("o1", 4, "2026-12-20"),
        form("f1", 5, "yes"), payment_initiated("a1", 6, 11), created("c1", 7), copy_of(created("c1", 7))})
    out.push_back(one.text());
  return out;
}

// Every kind of event, about bookings of the first part and new ones; what makes no event among them.
inline std::vector<std::string> second_part() {
  std::vector<std::string> out;
  for (const Delivery& one : {paid("a1", 10, 11),
                              rescheduled("a2", "a1", 11),
                              created("b1", 12),
                              seat("s1", 13, "lou", "seat-2"),
                              copy_of(created("b1", 12)),
                              seat_left("s1", 14, "kim"),
                              no_show("a2", 15, true),
                              cancelled("c1", 16),
                              created("d1", 17),
                              meeting("MEETING_STARTED", "d1", 18, ""),
                              recording("RECORDING_READY", "d1", 19, "r1"),
                              time_off("o1", 20, "2026-12-21"),
                              time_off("o2", 21, "2026-12-22"),
                              form("f1", 22, "no"),
                              form_without_booking("f2", 23, 5),
                              rejected("e1", 24),
                              payment_initiated("d1", 25, 12),
                              nobody_came("AFTER_GUESTS_CAL_VIDEO_NO_SHOW", "d1", 26, "ana@house.test"),
                              Delivery{"NEWER_THING", minute(27), ""},
                              rescheduled("a3", "a2", 28),
                              copy_of(form_without_booking("f2", 23, 5)),
                              created("g1", 30)})
    out.push_back(one.text());
  return out;
}

// What comes after the rejoin: repetitions that must make nothing, and changes that must be seen as such.
inline std::vector<std::string> third_part() {
  std::vector<std::string> out;
  for (const Delivery& one :
       {copy_of(cancelled("c1", 16)), copy_of(meeting("MEETING_STARTED", "d1", 18, "")),
        copy_of(recording("RECORDING_READY", "d1", 19, "r1")), copy_of(form("f1", 22, "no")),
        copy_of(form_without_booking("f2", 23, 5)), copy_of(payment_initiated("d1", 25, 12)),
        copy_of(nobody_came("AFTER_GUESTS_CAL_VIDEO_NO_SHOW", "d1", 26, "ana@house.test")),
        copy_of(paid("a1", 10, 11)), seat("s1", 40, "max", "seat-3"), rescheduled("a4", "a3", 41),
        cancelled("d1", 42), created("h1", 43), time_off("o2", 44, "2026-12-23"), no_show("a2", 45, false),
        created("c1", 46)})
    out.push_back(one.text());
  return out;
}

class RejoinTest : public testing::Test {
 protected:
  TempDir temp;
  SystemClock clock;
  FakeKafka kafka;
  std::unique_ptr<OpenLog> lost, log;

  // `read`: how many of the first part the backup has read already. `more`: bookings made after the second part.
  void lose_all_after_a_backup(std::uint64_t read = 8, int more = 0) {
    lost = must_open(temp.path() / "lost");
    for (std::string& body : first_part()) append(*lost->log, std::move(body));
    read_all(*lost->log, read);
    const auto made = (*lost)->backup({.directory = temp.path() / "backups"});
    ASSERT_TRUE(made) << made.error().text();
    for (std::string& body : second_part()) append(*lost->log, std::move(body));
    for (int n = 0; n < more; ++n) append(*lost->log, created("m" + std::to_string(n), 31).text());
    read_all(*lost->log);
    kafka.publish(*lost->log);
    ASSERT_TRUE((*lost)->set_note(claim_note(prefix), encode(Claim{7, "nonce", {}, {}})));
    restore();
  }
  void restore() {
    log.reset();
    std::filesystem::remove_all(temp.path() / "log");
    const auto done =
        restore_backup({.from = temp.path() / "backups", .id = {}, .to = temp.path() / "log"}, clock);
    ASSERT_TRUE(done) << done.error().text();
    log = must_open(temp.path() / "log");
  }
  Result<void> rejoin() {
    const RejoinSource source = kafka.source();
    CALSYNC_TRY(plan, "survey", survey_rejoin(*log->log, source, {}));
    if (!plan) return Error{Errc::not_found, "needs none"};
    return perform_rejoin(*log->log, source, *plan, clock, {});
  }
};

}  // namespace calsync
