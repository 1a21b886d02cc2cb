// Where `log replay` writes: a file, standard output, or topics with a suffix. Never the live topics.
// Owner:    `log replay`.
// Blocks:   on the disk or the broker.
// Fails:    the file exists, the broker refuses; the error of topics says up to which event all is in Kafka,
//           so that a second run can go on from there.
#pragma once
#include "daemon/cli/context.hpp"
#include "daemon/publish/event_message.hpp"

#include <memory>

namespace calsync::cli {

class ReplayTarget {
 public:
  virtual ~ReplayTarget() = default;
  virtual Result<void> put(const StoredEvent& stored) = 0;
  virtual Result<void> finish() = 0;  // what was put is there for good; without it a file is not left behind
  // Events that were too large for their topic, and are there as event.oversize: as the publisher does it.
  [[nodiscard]] virtual std::uint64_t oversize() const { return 0; }
  // Whose events these are: before the first put().
  void set_origin(LogId log, std::string source) {
    messages_.log = std::move(log);
    messages_.source = std::move(source);
  }

 protected:
  [[nodiscard]] KafkaMessage message_of(const StoredEvent& stored, EventForm form = EventForm::whole) const {
    return std::move(messages_of(stored, messages_, form, stored.event.time).front());
  }
  MessageContext messages_;
};

// JSON lines. The file appears when it is complete; one that exists is not overwritten.
// "-" is standard output.
Result<std::unique_ptr<ReplayTarget>> replay_to_file(Context& context, const std::string& path);

// `<prefix><topic><suffix>`, in transactions, in order, to the partition of the key. Topics that are missing
// are made where kafka.create_topics allows it.
struct TopicTarget {
  Settings::Kafka kafka;
  std::string suffix;
  std::vector<Topic> topics;  // those that will be written
};
// The first of them that is there and holds records; nullopt: none. Makes no topic.
Result<std::optional<std::string>> topic_with_records(const TopicTarget& target);
Result<std::unique_ptr<ReplayTarget>> replay_to_topics(Context& context, const TopicTarget& target);

}  // namespace calsync::cli
