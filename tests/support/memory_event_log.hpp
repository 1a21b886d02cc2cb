// An EventLog in memory: domain events and notes only. For tests of who reads the log; the real one proves
// the rest.
#pragma once
#include "state/store/event_log.hpp"

#include <condition_variable>
#include <mutex>

namespace calsync::tests {

class MemoryEventLog final : public EventLog {
 public:
  explicit MemoryEventLog(std::string id = "11111111-2222-4333-8444-555555555555") : id_(std::move(id)) {}

  // The next event of this key in `bookings`, with a state for the key's booking.
  EventSequence add(const std::string& key, std::string value = {}) {
    const std::scoped_lock lock(mutex_);
    return push_new(key, std::move(value));
  }
  // Nobody sees some of them without the others. Key and value each.
  void add_together(const std::vector<std::pair<std::string, std::string>>& events) {
    const std::scoped_lock lock(mutex_);
    for (const auto& [key, value] : events) push_new(key, value);
  }
  void add(EventRecord event) {
    const std::scoped_lock lock(mutex_);
    event.sequence = EventSequence(events_.size() + 1);
    push(std::move(event));
  }

  [[nodiscard]] const LogId& id() const override { return id_; }
  [[nodiscard]] LogHead head() const override {
    const std::scoped_lock lock(mutex_);
    LogHead head;
    head.event = EventSequence(events_.size());
    if (!events_.empty()) head.event_hash = events_.back().hash;
    return head;
  }
  Result<void> set_note(std::string_view name, std::string_view value) override {
    const std::scoped_lock lock(mutex_);
    notes[std::string(name)] = value;
    return {};
  }
  [[nodiscard]] Result<std::optional<std::string>> note(std::string_view name) const override {
    const std::scoped_lock lock(mutex_);
    const auto found = notes.find(std::string(name));
    return found == notes.end() ? std::nullopt : std::optional(found->second);
  }
  [[nodiscard]] Result<StoredEvent> event(EventSequence sequence) const override {
    const std::scoped_lock lock(mutex_);
    if (sequence.value() == 0 || sequence.value() > events_.size())
      return Error{Errc::not_found, "no such event"};
    return events_[sequence.value() - 1];
  }
  [[nodiscard]] Result<std::vector<StoredEvent>> read_events(EventSequence first, std::size_t count,
                                                             std::size_t bytes) const override {
    const std::scoped_lock lock(mutex_);
    std::vector<StoredEvent> found;
    std::size_t size = 0;
    for (std::size_t i = first.value() - 1;
         i < events_.size() && found.size() < count && (size < bytes || found.empty()); ++i) {
      found.push_back(events_[i]);
      size += events_[i].event.value.size();
    }
    return found;
  }
  bool wait_for_event(EventSequence beyond, std::stop_token stop, std::chrono::milliseconds limit) override {
    std::unique_lock lock(mutex_);
    return more_.wait_for(lock, std::move(stop), limit, [&] { return events_.size() > beyond.value(); });
  }

  // --- not of interest here ---
  void append(RawDelivery /*delivery*/, OnAppended done) override { done(none()); }
  Result<void> commit(Projection /*projection*/) override { return none(); }
  void close() override {}
  Result<void> checkpoint(const std::filesystem::path& /*directory*/) override { return none(); }
  [[nodiscard]] Result<RawRecord> raw(RawSequence /*sequence*/) const override { return none(); }
  [[nodiscard]] Result<std::vector<RawRecord>> read_raw(RawSequence /*first*/, std::size_t /*count*/,
                                                        std::size_t /*bytes*/) const override {
    return none();
  }
  [[nodiscard]] Result<std::optional<RecordSummary>> summary(RawSequence /*sequence*/) const override {
    return none();
  }
  [[nodiscard]] Result<std::vector<QuarantineEntry>> quarantine(RawSequence /*after*/,
                                                                std::size_t /*count*/) const override {
    return none();
  }
  [[nodiscard]] std::uint64_t quarantine_size() const override { return 0; }
  [[nodiscard]] Result<std::vector<RawSequence>> records_of(std::string_view /*email*/) const override {
    return none();
  }
  [[nodiscard]] std::unique_ptr<ViewSource> views() const override { return std::make_unique<MemoryViews>(); }
  bool wait_for_raw(RawSequence /*beyond*/, std::stop_token /*stop*/,
                    std::chrono::milliseconds /*limit*/) override {
    return false;
  }
  [[nodiscard]] Result<VerifyReport> verify(const std::function<void(double)>& /*progress*/) const override {
    return none();
  }
  Result<void> clear_projection(std::string_view /*note*/, std::string_view /*value*/) override {
    return none();
  }
  [[nodiscard]] std::optional<Error> failed() const override { return std::nullopt; }
  [[nodiscard]] bool disk_full() const override { return false; }
  [[nodiscard]] Result<Digest> hash_as_stored(const EventRecord& /*event*/,
                                              const Digest& /*previous*/) const override {
    return none();
  }
  [[nodiscard]] Result<std::optional<EventRecord>> erased_event(EventSequence /*sequence*/) const override {
    return none();
  }
  Result<void> erase(const MakeErasure& /*make*/) override { return none(); }

  std::map<std::string, std::string> notes;  // guarded by mutex_

 private:
  EventSequence push_new(const std::string& key, std::string value) {
    EventRecord event;
    event.sequence = EventSequence(events_.size() + 1);
    event.raw = RawSequence(event.sequence.value());
    event.key = EventKey(key);
    event.key_sequence = KeySequence(++key_sequences_[key]);
    event.type = "booking.created";
    event.subject = key;
    event.time = Instant(std::chrono::milliseconds(1795000000000));
    event.value =
        value.empty() ? "{\"sequence\":" + std::to_string(event.sequence.value()) + "}" : std::move(value);
    event.states = {{BookingUid(key), event.value}};
    return push(std::move(event));
  }
  static Error none() { return {Errc::rejected, "not in this log"}; }
  EventSequence push(EventRecord event) {
    StoredEvent stored;
    stored.hash =
        sha256((events_.empty() ? "" : to_hex(events_.back().hash)) + event.key.value() + event.value);
    const EventSequence sequence = event.sequence;
    stored.event = std::move(event);
    events_.push_back(std::move(stored));
    more_.notify_all();
    return sequence;
  }

  const LogId id_;
  mutable std::mutex mutex_;
  std::condition_variable_any more_;
  std::vector<StoredEvent> events_;
  std::map<std::string, std::uint64_t> key_sequences_;
};

}  // namespace calsync::tests
