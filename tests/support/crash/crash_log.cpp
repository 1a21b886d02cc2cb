#include "tests/support/crash/crash_log.hpp"

#include "tests/support/crash/crash_points.hpp"

namespace calsync::crash {
namespace {

class Log final : public EventLog {
 public:
  explicit Log(std::unique_ptr<EventLog> log) : log_(std::move(log)) {}

  void append(RawDelivery delivery, OnAppended done) override {
    at("append.before");
    log_->append(std::move(delivery), [done = std::move(done)](Result<Appended> appended) {
      if (appended && !appended->duplicate) at("append.durable");
      done(std::move(appended));
    });
  }
  Result<void> commit(Projection projection) override {
    const bool rebuild = projection.again;
    at(rebuild ? "rebuild.before" : "normalise.before");
    auto committed = log_->commit(std::move(projection));
    at(rebuild ? "rebuild.after" : "normalise.after");
    return committed;
  }
  Result<void> set_note(std::string_view name, std::string_view value) override {
    const std::string point = point_of(name);
    at(point + ".before");
    auto noted = log_->set_note(name, value);
    at(point + ".after");
    return noted;
  }
  Result<void> clear_projection(std::string_view note, std::string_view value) override {
    at("clear.before");
    auto cleared = log_->clear_projection(note, value);
    at("clear.after");
    return cleared;
  }

  Result<void> trim(Trim trim) override {
    at("trim.before");
    auto trimmed = log_->trim(std::move(trim));
    at("trim.after");
    return trimmed;
  }
  Result<void> drive_out_trimmed() override {
    at("trim.driving_out");
    auto driven = log_->drive_out_trimmed();
    at("trim.driven_out");
    return driven;
  }
  Result<void> fill_views() override {
    auto filled = log_->fill_views();
    at("rebuild.filled");
    return filled;
  }
  [[nodiscard]] LogCut cut() const override { return log_->cut(); }
  [[nodiscard]] std::unique_ptr<ViewSource> views_at_cut() const override { return log_->views_at_cut(); }

  [[nodiscard]] const LogId& id() const override { return log_->id(); }
  [[nodiscard]] LogHead head() const override { return log_->head(); }
  [[nodiscard]] Result<std::optional<std::string>> note(std::string_view name) const override {
    return log_->note(name);
  }
  [[nodiscard]] std::optional<Error> failed() const override { return log_->failed(); }
  [[nodiscard]] bool disk_full() const override { return log_->disk_full(); }
  void close() override { log_->close(); }
  Result<void> checkpoint(const std::filesystem::path& directory) override {
    return log_->checkpoint(directory);
  }
  [[nodiscard]] Result<RawRecord> raw(RawSequence sequence) const override { return log_->raw(sequence); }
  [[nodiscard]] Result<StoredEvent> event(EventSequence sequence) const override {
    return log_->event(sequence);
  }
  [[nodiscard]] Result<std::vector<RawRecord>> read_raw(RawSequence first, std::size_t count,
                                                        std::size_t bytes) const override {
    return log_->read_raw(first, count, bytes);
  }
  [[nodiscard]] Result<std::vector<StoredEvent>> read_events(EventSequence first, std::size_t count,
                                                             std::size_t bytes) const override {
    return log_->read_events(first, count, bytes);
  }
  [[nodiscard]] Result<std::optional<RecordSummary>> summary(RawSequence sequence) const override {
    return log_->summary(sequence);
  }
  [[nodiscard]] Result<std::vector<QuarantineEntry>> quarantine(RawSequence after,
                                                                std::size_t count) const override {
    return log_->quarantine(after, count);
  }
  [[nodiscard]] std::uint64_t quarantine_size() const override { return log_->quarantine_size(); }
  [[nodiscard]] Result<std::vector<RawSequence>> records_of(std::string_view email) const override {
    return log_->records_of(email);
  }
  [[nodiscard]] std::unique_ptr<ViewSource> views() const override { return log_->views(); }
  bool wait_for_raw(RawSequence beyond, std::stop_token stop, std::chrono::milliseconds limit) override {
    return log_->wait_for_raw(beyond, std::move(stop), limit);
  }
  bool wait_for_event(EventSequence beyond, std::stop_token stop, std::chrono::milliseconds limit) override {
    return log_->wait_for_event(beyond, std::move(stop), limit);
  }
  [[nodiscard]] Result<Digest> hash_as_stored(const EventRecord& event,
                                              const Digest& previous) const override {
    return log_->hash_as_stored(event, previous);
  }
  [[nodiscard]] Result<std::optional<EventRecord>> erased_event(EventSequence sequence) const override {
    return log_->erased_event(sequence);
  }
  Result<void> erase(const MakeErasure& make) override { return log_->erase(make); }
  [[nodiscard]] Result<std::optional<ViewTable::Changes>> left_of(RawSequence sequence) const override {
    return log_->left_of(sequence);
  }
  Result<void> drive_out_erased(const std::stop_token& stop) override { return log_->drive_out_erased(stop); }
  [[nodiscard]] std::uint64_t erasures() const override { return log_->erasures(); }
  [[nodiscard]] std::string person_tag(std::string_view email) const override {
    return log_->person_tag(email);
  }
  [[nodiscard]] Result<VerifyReport> verify(const std::function<void(double)>& progress) const override {
    return log_->verify(progress);
  }

 private:
  static std::string point_of(std::string_view note) {
    if (note.find("pending") != std::string_view::npos) return "claim.pending";
    return note.find("claim") != std::string_view::npos ? "claim.confirmed" : "note";
  }

  const std::unique_ptr<EventLog> log_;
};

}  // namespace

std::unique_ptr<EventLog> watched(std::unique_ptr<EventLog> log) {
  return std::make_unique<Log>(std::move(log));
}

}  // namespace calsync::crash
