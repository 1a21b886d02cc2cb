#include "daemon/cli/topic_writer.hpp"

#include "state/base/crypto.hpp"

#include <chrono>
#include <span>

namespace calsync::cli {

namespace {
constexpr std::size_t events_per_transaction = 1000;
constexpr std::size_t bytes_per_transaction = 4U << 20U;
constexpr int tries_most = 5;  // of one transaction
constexpr std::chrono::seconds slice{5};
constexpr std::chrono::seconds patience{60};  // for one call that the broker keeps putting off

class TopicWriter final : public ReplayTarget {
 public:
  TopicWriter(std::unique_ptr<Broker> broker, MessageContext messages, std::stop_token stop)
      : broker_(std::move(broker)), stop_(std::move(stop)) {
    messages_ = std::move(messages);
  }

  Result<void> open() {
    std::vector<std::string> names;
    for (const auto& [topic, count] : messages_.partitions)
      names.push_back(messages_.prefix + topic + messages_.suffix);
    CALSYNC_TRY(producer, "open the producer", broker_->open("calsync.replay." + random_uuid(), names));
    producer_ = std::move(producer);
    return as_result(patiently([&] { return producer_->init(slice); }), "start");
  }

  Result<void> put(const StoredEvent& stored) override {
    const std::size_t bytes = stored.event.value.size();
    if (batch_.size() >= events_per_transaction || bytes_ + bytes > bytes_per_transaction)
      CALSYNC_CHECK("commit", commit());
    batch_.push_back({stored});
    bytes_ += bytes;
    return {};
  }
  Result<void> finish() override { return commit(); }
  [[nodiscard]] std::uint64_t oversize() const override { return oversize_; }

 private:
  struct Item {
    StoredEvent stored;
    EventForm form = EventForm::whole;
  };

  // A call that asks for patience is made again as it was (RELIABILITY F9), within bounds.
  template <class Call>
  KafkaError patiently(const Call& call) {
    const auto until = std::chrono::steady_clock::now() + patience;
    KafkaError error = call();
    while (error.kind == KafkaClass::retriable && std::chrono::steady_clock::now() < until &&
           !stop_.stop_requested())
      error = call();
    return error;
  }

  KafkaError transaction(std::span<const Item> items) {
    KafkaError error = patiently([&] { return producer_->begin(); });
    for (const Item& item : items) {
      if (!error.ok()) break;
      const KafkaMessage message = message_of(item.stored, item.form);
      error = patiently([&] { return producer_->produce(message, slice); });
    }
    if (error.ok()) error = patiently([&] { return producer_->commit(slice); });
    return error;
  }

  // In one transaction, tried again where that may help.
  KafkaError attempt(std::span<const Item> items) {
    KafkaError error;
    for (int tries = 0; tries < tries_most; ++tries) {
      error = transaction(items);
      if (error.ok() || error.kind == KafkaClass::fenced || error.kind == KafkaClass::fatal) break;
      patiently([&] { return producer_->abort(slice); });
      if (error.kind == KafkaClass::poison || stop_.stop_requested()) break;
    }
    return error;
  }

  // Halving finds the event that is too large; alone it is replaced, as the publisher does it.
  Result<void> write(std::span<Item> items) {
    const KafkaError error = attempt(items);
    if (error.ok()) {
      committed_ = items.back().stored.event.sequence;
      return {};
    }
    if (error.kind != KafkaClass::poison) return as_result(error, "write");
    if (const std::size_t half = items.size() / 2; half > 0) {
      CALSYNC_CHECK("first half", write(items.first(half)));
      return write(items.subspan(half));
    }
    if (std::exchange(items.front().form, EventForm::tombstone) != EventForm::whole)
      return as_result(error, "write");
    ++oversize_;
    return write(items);
  }

  Result<void> commit() {
    if (batch_.empty()) return {};
    CALSYNC_CHECK("write", write(batch_));
    batch_.clear();
    bytes_ = 0;
    return {};
  }

  Result<void> as_result(const KafkaError& error, const char* step) const {
    if (error.ok()) return {};
    if (stop_.stop_requested()) return Error{Errc::cancelled, "interrupted" + so_far()};
    return Error{Errc::unavailable, std::string(step) + ": " + error.text + so_far()};
  }
  [[nodiscard]] std::string so_far() const {
    if (committed_.value() == 0) return "; nothing was replayed";
    return "; everything up to event " + std::to_string(committed_.value()) +
           " was replayed: go on with --append --from-seq " + std::to_string(committed_.value() + 1);
  }

  std::unique_ptr<Broker> broker_;
  std::stop_token stop_;
  std::unique_ptr<Transactions> producer_;
  std::vector<Item> batch_;
  std::size_t bytes_ = 0;  // of the values in batch_
  EventSequence committed_;
  std::uint64_t oversize_ = 0;
};
}  // namespace

Result<std::unique_ptr<ReplayTarget>> write_to_topics(std::unique_ptr<Broker> broker, MessageContext messages,
                                                      std::stop_token stop) {
  auto writer = std::make_unique<TopicWriter>(std::move(broker), std::move(messages), std::move(stop));
  CALSYNC_CHECK("--to-topic-suffix", writer->open());
  return writer;
}

}  // namespace calsync::cli
