#include "state/store/rocks_log.hpp"

#include "state/store/records.hpp"

#include <rocksdb/utilities/checkpoint.h>

#include <future>

namespace calsync {

Result<std::unique_ptr<EventLog>> EventLog::open(const LogOptions& options, MetricRegistry& metrics) {
  std::unique_ptr<Disk> own_disk;
  if (options.disk == nullptr) own_disk = std::make_unique<Disk>();
  Disk& disk = options.disk != nullptr ? *options.disk : *own_disk;
  auto background = std::make_shared<store::BackgroundErrors>();
  CALSYNC_TRY(opened, "open log", store::open_log(options, disk, background));
  return std::unique_ptr<EventLog>(std::make_unique<store::RocksLog>(
      options, std::move(own_disk), disk, metrics, std::move(opened), std::move(background)));
}

Result<Appended> EventLog::append_and_wait(RawDelivery delivery) {
  std::promise<Result<Appended>> answer;
  append(std::move(delivery),
         [&answer](Result<Appended> appended) { answer.set_value(std::move(appended)); });
  return answer.get_future().get();
}

namespace store {

void BackgroundErrors::OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) {
  if (status->ok() || is_full(*status)) return;  // a full disk is answered per append, and passes
  const Error error = to_error(*status, "the database failed in the background");
  const std::lock_guard lock(mutex_);
  if (on_error_)
    on_error_(error);
  else
    early_ = error;
}

void BackgroundErrors::tell(std::function<void(Error)> on_error) {
  const std::lock_guard lock(mutex_);
  on_error_ = std::move(on_error);
  if (on_error_ && early_) on_error_(*early_);
}

RocksLog::RocksLog(LogOptions options, std::unique_ptr<Disk> own_disk, Disk& disk, MetricRegistry& metrics,
                   Opened opened, std::shared_ptr<BackgroundErrors> background, Drive drive)
    : options_(std::move(options)),
      own_disk_(std::move(own_disk)),
      disk_(disk),
      probe_(metrics),
      id_(std::move(opened.id)),
      person_key_(std::move(opened.person_key)),
      background_(std::move(background)),
      lock_(std::move(opened.lock)),
      database_(std::move(opened.database)) {
  heads_.head = opened.head;
  heads_.quarantined = opened.quarantined;
  erased_ = opened.erased;
  cut_ = opened.cut;
  going_ = cut_.cut;
  probe_.cut_raw.set(static_cast<double>(cut_.cut.raw.value()));
  probe_.cut_event.set(static_cast<double>(cut_.cut.event.value()));
  probe_.raw_head.set(static_cast<double>(opened.head.raw.value()));
  probe_.event_head.set(static_cast<double>(opened.head.event.value()));
  probe_.normalised.set(static_cast<double>(opened.head.normalised.value()));
  probe_.quarantined.set(static_cast<double>(opened.quarantined));
  if (options_.read_only) return;
  witness_ = std::make_unique<WitnessKeeper>(disk_, options_.path, probe_, std::move(opened.witnessed),
                                             std::move(opened.files), drive);
  witness_->reached(opened.head);
  reserve_ = std::make_unique<Reserve>(disk_, options_.path, options_.reserve_bytes);
  writer_ =
      std::make_unique<Writer>(*database_, heads_, *witness_, probe_, *reserve_, options_.on_failed, drive);
  const auto stop_for_good = [this](Error error) { writer_->fail(std::move(error)); };
  background_->tell(stop_for_good);
  tables_ = std::make_unique<TableChecker>(disk_, options_.path, *database_, probe_,
                                           std::move(opened.unchecked), stop_for_good);
}

RocksLog::~RocksLog() {
  close();
  background_->tell({});
}

LogHead RocksLog::head() const {
  const std::lock_guard lock(heads_.mutex);
  return heads_.head;
}

Error RocksLog::read_only_error() const {
  return Error{Errc::rejected, "the log in " + options_.path.string() + " was opened for reading only"};
}

void RocksLog::append(RawDelivery delivery, OnAppended done) {
  if (!writer_) return done(read_only_error());
  if (auto fits = check_fits(delivery); !fits) return done(std::move(fits).error());
  writer_->submit(std::move(delivery), std::move(done));
}

Result<void> RocksLog::set_note(std::string_view name, std::string_view value) {
  if (!writer_) return read_only_error();
  std::optional<std::string> kept;
  if (!value.empty()) kept = value;
  Ride ride;
  ride.changes.push_back({Column::meta, std::string(meta::note_prefix).append(name), std::move(kept)});
  return writer_->ride(std::move(ride));
}

Result<std::optional<std::string>> RocksLog::note(std::string_view name) const {
  CALSYNC_CHECK("read note", open_or_cancelled());
  return database_->get(Column::meta, std::string(meta::note_prefix).append(name));
}

bool RocksLog::disk_full() const {
  return writer_ && writer_->disk_full();
}

std::optional<Error> RocksLog::failed() const {
  return writer_ ? writer_->failed() : std::nullopt;
}

Result<void> RocksLog::open_or_cancelled() const {
  if (closed_) return Error{Errc::cancelled, "the log is closed"};
  return {};
}

// The database object itself goes with the log: a reader on another thread may still be in it.
void RocksLog::close() {
  if (closed_.exchange(true)) return;
  tables_.reset();
  if (writer_) writer_->close();
  {
    const std::lock_guard lock(heads_.mutex);  // nobody is between its look at closed_ and its sleep
    heads_.moved.notify_all();
  }
  if (witness_) witness_->stop();
}

// RocksDB syncs the WAL for a copy, and ends the process (an assertion) where the WAL could not be written.
Result<void> RocksLog::checkpoint(const std::filesystem::path& directory) {
  CALSYNC_CHECK("checkpoint", open_or_cancelled());
  if (!writer_) return copy_to(directory);
  return writer_->between_batches([&] { return copy_to(directory); });
}

Result<void> RocksLog::copy_to(const std::filesystem::path& directory) {
  const LogHead witnessed = head();  // before the copy, so that the copy can only be ahead
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(&database_->raw(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> maker(made);
  // The WAL is copied instead.
  constexpr std::uint64_t never_flush = std::numeric_limits<std::uint64_t>::max();
  if (status.ok())
    status = maker->CreateCheckpoint(std::filesystem::absolute(directory).string(), never_flush);
  if (!status.ok()) return to_error(status, "make a checkpoint in " + directory.string());
  std::error_code failed;
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failed);
  if (failed) return Error{Errc::io, "protect " + directory.string() + ": " + failed.message()};
  return write_witness(disk_, directory, {witnessed});
}

template <class Reached>
bool wait_on(Heads& heads, std::stop_token stop, std::chrono::milliseconds limit,
             const std::atomic<bool>& closed, Reached reached) {
  std::unique_lock lock(heads.mutex);
  heads.moved.wait_for(lock, stop, limit, [&] { return closed || reached(heads.head); });
  return !closed && !stop.stop_requested() && reached(heads.head);
}

bool RocksLog::wait_for_raw(RawSequence beyond, std::stop_token stop, std::chrono::milliseconds limit) {
  return wait_on(heads_, std::move(stop), limit, closed_,
                 [beyond](const LogHead& head) { return head.raw > beyond; });
}

bool RocksLog::wait_for_event(EventSequence beyond, std::stop_token stop, std::chrono::milliseconds limit) {
  return wait_on(heads_, std::move(stop), limit, closed_,
                 [beyond](const LogHead& head) { return head.event > beyond; });
}

}  // namespace store
}  // namespace calsync
