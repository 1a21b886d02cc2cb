// What Kafka tells beyond the log, one event with its states at a time, checked to be without a gap.
#pragma once
#include "daemon/project/told_event.hpp"
#include "daemon/rejoin/rejoin.hpp"

namespace calsync {

struct Told {
  KafkaEvent kafka;
  ToldEvent event;
};

class ToldStream {
 public:
  ToldStream(const RejoinSource& source, LogId log, EventSequence after, const CursorRecord& cursor)
      : source_(source), log_(std::move(log)), at_(after), cursor_(cursor) {}
  // nullopt: the cursor is reached. Fails: not_found, where Kafka no longer retains an event; corrupt; foreign.
  Result<std::optional<Told>> next();

 private:
  Result<void> open();
  Result<void> read_ahead();
  Result<Told> gather();
  [[nodiscard]] Result<void> check(const Told& told) const;
  [[nodiscard]] Error gone(EventSequence found) const;

  const RejoinSource& source_;
  const LogId log_;
  EventSequence at_;  // the last one given
  RawSequence raw_;   // that it named
  const CursorRecord& cursor_;
  std::unique_ptr<CommittedSource> records_;
  std::optional<CommittedRecord> ahead_;
};

}  // namespace calsync
