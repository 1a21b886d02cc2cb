#include "daemon/rejoin/told_stream.hpp"

#include "daemon/publish/topic_set.hpp"

namespace calsync {
namespace {

std::string text_of(EventSequence sequence) {
  return std::to_string(sequence.value());
}

std::optional<Topic> topic_of(std::string_view name) {
  for (const Topic topic : all_topics)
    if (name == to_text(topic)) return topic;
  return std::nullopt;
}

}  // namespace

Result<void> ToldStream::open() {
  CALSYNC_TRY(records, "rejoin", source_.committed(at_));
  records_ = std::move(records);
  return read_ahead();
}

Result<void> ToldStream::read_ahead() {
  CALSYNC_TRY(record, "rejoin", records_->next());
  ahead_ = std::move(record);
  return {};
}

Error ToldStream::gone(EventSequence found) const {
  const std::string missing =
      text_of(calsync::next(at_)) +
      (found.value() > at_.value() + 2 ? " to " + std::to_string(found.value() - 1) : "");
  return Error{
      Errc::not_found,
      "Kafka no longer retains event " + missing +
          ", which this log lacks, too: restore a newer backup, or set a new kafka.topic_prefix, where "
          "every event that the log has is published from the first"};
}

// The event first, then the states that were published with it and were not compacted away.
Result<Told> ToldStream::gather() {
  Told told;
  const EventSequence sequence = ahead_->sequence;
  if (sequence != calsync::next(at_)) return gone(sequence);
  const std::string name = ahead_->topic.substr(source_.topic_prefix.size());
  const auto topic = topic_of(name);
  if (!topic) return gone(calsync::next(sequence));  // its states alone are left
  told.kafka.topic = *topic;
  told.kafka.key = std::move(ahead_->key);
  told.kafka.headers = std::move(ahead_->headers);
  told.kafka.value = std::move(ahead_->value).value_or("");
  CALSYNC_CHECK("rejoin", read_ahead());
  while (ahead_ && ahead_->sequence == sequence) {
    if (ahead_->topic != source_.topic_prefix + std::string(state_topic))
      return Error{Errc::corrupt,
                   "Kafka holds event " + text_of(sequence) + " twice: another program wrote to the topics"};
    told.kafka.states.push_back({BookingUid{ahead_->key}, ahead_->value.value_or("")});
    CALSYNC_CHECK("rejoin", read_ahead());
  }
  CALSYNC_TRY(event, "rejoin", read_told(told.kafka));
  told.event = std::move(event);
  return told;
}

Result<void> ToldStream::check(const Told& told) const {
  const ToldEvent& one = told.event;
  if (one.log != log_)
    return Error{Errc::foreign, "event " + text_of(one.event.sequence) + " in Kafka is of another log (" +
                                    one.log.value() + "): set this log's own kafka.topic_prefix"};
  if (one.event.raw < raw_)
    return Error{Errc::corrupt, "event " + text_of(one.event.sequence) +
                                    " in Kafka names a raw record before that of its predecessor"};
  if (one.event.sequence == cursor_.sequence && one.hash != cursor_.hash)
    return Error{Errc::corrupt,
                 "event " + text_of(one.event.sequence) +
                     " in Kafka is not the one that the cursor names: another program wrote to the topics"};
  return {};
}

Result<std::optional<Told>> ToldStream::next() {
  if (at_ >= cursor_.sequence) return std::optional<Told>{};
  if (!records_) CALSYNC_CHECK("rejoin", open());
  if (!ahead_) return gone(calsync::next(cursor_.sequence));
  CALSYNC_TRY(told, "rejoin", gather());
  CALSYNC_CHECK("rejoin", check(told));
  at_ = told.event.event.sequence;
  raw_ = told.event.event.raw;
  return std::optional(std::move(told));
}

}  // namespace calsync
