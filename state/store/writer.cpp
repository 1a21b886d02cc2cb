#include "state/store/writer.hpp"

#include "state/base/log.hpp"
#include "state/base/thread.hpp"
#include "state/store/records.hpp"
#include "state/store/repeats.hpp"

#include <future>
#include <map>

namespace calsync::store {
namespace {

constexpr std::size_t queue_records_max = 4096;
constexpr std::size_t queue_bytes_max = std::size_t{32} << 20U;
constexpr std::size_t group_records_max = 256;
constexpr std::size_t group_bytes_max = std::size_t{2} << 20U;
constexpr std::size_t record_overhead = 256;  // header, key, dedup row and bookkeeping, roughly
constexpr std::size_t protection_bytes = 8;
const std::string past_every_key(64, '\xff');

struct DigestHash {  // a digest is random enough as it is
  std::size_t operator()(const Digest& digest) const {
    std::size_t out = 0;
    for (std::size_t i = 0; i < sizeof out; ++i) out = out << 8U | digest[i];
    return out;
  }
};

Error no_room() {
  return Error{Errc::disk_full, "no room for the log on its disk: free space, no restart is needed"};
}

Error io_error(const rocksdb::Status& status) {
  Error error = to_error(status, "write to the log");
  return error.code == Errc::disk_full ? no_room() : error;
}

}  // namespace

struct Writer::Built {
  rocksdb::WriteBatch batch{0, 0, protection_bytes, 0};
  LogHead head;
  std::optional<std::uint64_t> quarantined;
  std::unordered_map<Digest, RawSequence, DigestHash> in_batch;  // identities that this batch adds
  std::map<RawSequence, std::uint64_t> repeats;                  // of these, as this batch counts them
  std::uint64_t appended = 0, duplicates = 0, events = 0;
  bool goes_back = false;
};

Writer::Writer(Database& database, Heads& heads, WitnessKeeper& witness, const StoreProbe& probe,
               Reserve& reserve, std::function<void(Error)> on_failed, Drive drive)
    : database_(database),
      heads_(heads),
      witness_(witness),
      probe_(probe),
      reserve_(reserve),
      on_failed_(std::move(on_failed)),
      drive_(drive) {
  if (drive_ == Drive::own_thread)
    thread_ = std::thread([this] {
      name_thread("log-writer");
      run();
    });
}

Writer::~Writer() {
  close();
}

Error Writer::refusal() const {
  if (failed_) {
    probe_.refused_failed.add();
    return *failed_;
  }
  if (closing_) {
    probe_.refused_closed.add();
    return Error{Errc::cancelled, "the log is closed"};
  }
  probe_.refused_full.add();
  return Error{Errc::unavailable, "the log's queue is full: try again"};
}

void Writer::submit(RawDelivery delivery, EventLog::OnAppended done) {
  Waiting waiting;
  waiting.size = delivery.body.size() + delivery.content_type.size() + record_overhead;
  std::optional<Error> refused;
  {
    const std::lock_guard lock(mutex_);
    const bool full = queue_.size() >= queue_records_max || queued_bytes_ + waiting.size > queue_bytes_max;
    if (failed_ || closing_ || full) {
      refused = refusal();
    } else {
      queued_bytes_ += waiting.size;
      waiting.delivery = std::move(delivery);
      waiting.done = std::move(done);
      queue_.push_back(std::move(waiting));
    }
  }
  if (refused)
    done(std::move(*refused));  // NOLINT(bugprone-use-after-move): moved only where it was not refused
  else
    work_.notify_one();
}

Result<void> Writer::ride(Ride ride) {
  std::promise<Result<void>> promise;
  auto answer = promise.get_future();
  {
    const std::lock_guard lock(mutex_);
    if (failed_) return *failed_;
    if (closing_) return Error{Errc::cancelled, "the log is closed"};
    rides_.push_back(
        {std::move(ride), [&promise](Result<void> result) { promise.set_value(std::move(result)); }});
  }
  work_.notify_one();
  if (drive_ == Drive::by_hand) turn();
  return answer.get();
}

void Writer::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
  while (drive_ == Drive::by_hand && turn()) continue;
}

void Writer::fail(Error error) {
  {
    const std::lock_guard lock(mutex_);
    if (failed_) return;
    failed_ = error;
  }
  probe_.failed.set(1);
  log::error("the log has stopped acknowledging", {log::field("error", error.text())});
  if (on_failed_) on_failed_(std::move(error));
}

std::optional<Error> Writer::failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

void Writer::run() {
  for (;;) {
    Group group = take();
    if (group.empty()) return;
    handle(group);
  }
}

bool Writer::turn() {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.empty() && rides_.empty()) return false;
  }
  Group group = take();
  handle(group);
  return true;
}

Writer::Group Writer::take() {
  Group group;
  std::unique_lock lock(mutex_);
  work_.wait(lock, [this] { return closing_ || !queue_.empty() || !rides_.empty(); });
  std::size_t bytes = 0;
  while (!queue_.empty() && group.appends.size() < group_records_max) {
    bytes += queue_.front().size;
    if (!group.appends.empty() && bytes > group_bytes_max) break;
    queued_bytes_ -= queue_.front().size;
    group.appends.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  group.rides.assign(std::make_move_iterator(rides_.begin()), std::make_move_iterator(rides_.end()));
  rides_.clear();
  probe_.queue_records.set(static_cast<double>(queue_.size()));
  probe_.queue_bytes.set(static_cast<double>(queued_bytes_));
  return group;
}

void Writer::handle(Group& group) {
  Built built;
  {
    const std::lock_guard lock(heads_.mutex);
    built.head = heads_.head;
  }
  if (saving_) saving_ = !reserve_.make();
  Result<void> written = failed() ? Result<void>(*failed()) : build(group, built);
  if (written) written = write(built);
  if (written)
    publish(built);
  else if (const Errc code = written.error().code; code == Errc::corrupt || code == Errc::io)
    fail(written.error());
  answer(group, written);
}

Result<void> Writer::build(Group& group, Built& built) {
  // Riders first: one that clears columns must not clear what this very batch adds.
  for (const Riding& riding : group.rides) CALSYNC_CHECK("commit", add_ride(riding.ride, built));
  for (Waiting& waiting : group.appends) CALSYNC_CHECK("append", add_append(waiting, built));
  if (built.batch.Count() == 0) return {};
  const auto status =
      built.batch.Put(database_.column(Column::meta), slice(meta::head), encode_head(built.head));
  if (!status.ok()) return to_error(status, "build batch");
  return {};
}

Result<void> Writer::add_append(Waiting& waiting, Built& built) {
  const RawDelivery& delivery = waiting.delivery;
  std::optional<Digest> identity;
  if (delivery.source == RecordSource::webhook) {
    identity = delivery_identity(delivery);
    const auto in_batch = built.in_batch.find(*identity);
    std::optional<RawSequence> known;
    if (in_batch != built.in_batch.end()) {
      known = in_batch->second;
    } else {
      CALSYNC_TRY(row, "read dedup", database_.get(Column::dedup, view(*identity)));
      if (row) known = RawSequence{sequence_from(*row)};
    }
    if (known) {
      waiting.answer = Appended{*known, true};
      ++built.duplicates;
      return saving_ ? Result<void>() : count_repeat(*known, built);
    }
  }
  if (saving_) {
    waiting.answer = no_room();
    return {};
  }
  const RawSequence sequence = next(built.head.raw);
  const SealKey key = random_key();
  const Encoded record = encode_raw(sequence, delivery, key, built.head.raw_hash);
  const std::string row = key_of(sequence);
  auto status = built.batch.Put(database_.column(Column::raw), row, record.bytes);
  if (status.ok())
    status = built.batch.Put(database_.column(Column::keys), seal_key_of(sequence), slice(view(key)));
  if (status.ok() && identity)
    status = built.batch.Put(database_.column(Column::dedup), slice(view(*identity)), row);
  if (!status.ok()) return to_error(status, "build batch");
  if (identity) built.in_batch.emplace(*identity, sequence);
  built.head.raw = sequence;
  built.head.raw_hash = record.hash;
  waiting.answer = Appended{sequence, false};
  ++built.appended;
  return {};
}

// In the batch that is written before the answer goes out: an audit names whose webhook came twice, also after a kill.
Result<void> Writer::count_repeat(RawSequence known, Built& built) {
  const std::string row = std::string(meta::note_prefix) + repeats_note(known);
  auto at = built.repeats.find(known);
  if (at == built.repeats.end()) {
    const auto counted = database_.get(Column::meta, row);
    if (!counted) return {};  // a count is no reason to refuse what is on the disk already
    at = built.repeats.emplace(known, repeats_in(*counted)).first;
  }
  const auto status = built.batch.Put(database_.column(Column::meta), row, std::to_string(++at->second));
  if (!status.ok()) return to_error(status, "build batch");
  return {};
}

Result<void> Writer::add_ride(const Ride& ride, Built& built) {
  rocksdb::Status status;
  for (const Span& span : ride.clear)
    if (status.ok())
      status = built.batch.DeleteRange(database_.column(span.column), span.from,
                                       span.to.empty() ? past_every_key : span.to);
  for (const Change& change : ride.changes) {
    if (!status.ok()) break;
    auto* column = database_.column(change.column);
    status = change.value ? built.batch.Put(column, change.key, *change.value)
                          : built.batch.Delete(column, change.key);
  }
  if (ride.quarantined && status.ok())
    status = built.batch.Put(database_.column(Column::meta), slice(meta::quarantined),
                             sequence_key(*ride.quarantined));
  if (!status.ok()) return to_error(status, "build batch");
  if (ride.settle) ride.settle(built.head);
  if (ride.quarantined) built.quarantined = ride.quarantined;
  built.events += ride.events;
  built.goes_back = built.goes_back || ride.goes_back;
  return {};
}

rocksdb::Status Writer::write_once(Built& built) {
  const std::lock_guard lock(batch_);  // what came of it is noted before anybody else looks at the files
  const auto start = std::chrono::steady_clock::now();
  rocksdb::Status status = database_.write(built.batch);
  probe_.sync_seconds.observe(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  note_room(status);
  return status;
}

Result<void> Writer::write(Built& built) {
  if (built.batch.Count() == 0) return {};
  if (built.goes_back) {
    LogHead witnessed = built.head;  // appends of this batch are not down yet: the witness may only lag
    {
      const std::lock_guard lock(heads_.mutex);
      witnessed.raw = heads_.head.raw;
      witnessed.raw_hash = heads_.head.raw_hash;
    }
    CALSYNC_CHECK("head witness", witness_.write_now(witnessed));
  }
  const rocksdb::Status status = write_once(built);
  // RocksDB resumes by itself once there is room (F3). Asked to resume before, it gives up for good.
  if (status.ok()) return {};
  probe_.batch_errors.add();
  return io_error(status);
}

Result<void> Writer::between_batches(const std::function<Result<void>()>& job) {
  const std::lock_guard lock(batch_);
  if (auto error = failed()) return *std::move(error);
  if (disk_full_) return Error{Errc::disk_full, "no room on the log's disk: free space, then try again"};
  return job();
}

void Writer::note_room(const rocksdb::Status& status) {
  if (is_full(status) && reserve_.held()) {
    reserve_.give_up();
    saving_ = true;
  }
  const bool full = is_full(status) || saving_;
  if (full == disk_full_) return;
  disk_full_ = full;
  probe_.disk_full.set(full ? 1 : 0);
  if (full) {
    log::error("no room for the log on its disk: refusing deliveries until space is freed");
  } else if (status.ok()) {
    probe_.resumes.add();
    log::info("the log's disk has room again");
  }
}

void Writer::publish(const Built& built) {
  if (built.batch.Count() != 0) {
    {
      const std::lock_guard lock(heads_.mutex);
      heads_.head = built.head;
      if (built.quarantined) heads_.quarantined = *built.quarantined;
    }
    heads_.moved.notify_all();
    witness_.reached(built.head);
    probe_.batches.add();
    probe_.batch_records.observe(static_cast<double>(built.appended));
    probe_.appended.add(static_cast<double>(built.appended));
    probe_.events.add(static_cast<double>(built.events));
    probe_.raw_head.set(static_cast<double>(built.head.raw.value()));
    probe_.event_head.set(static_cast<double>(built.head.event.value()));
    probe_.normalised.set(static_cast<double>(built.head.normalised.value()));
    if (built.quarantined) probe_.quarantined.set(static_cast<double>(*built.quarantined));
  }
  probe_.duplicates.add(static_cast<double>(built.duplicates));
}

void Writer::answer(Group& group, const Result<void>& written) {
  const RawSequence durable = [this] {
    const std::lock_guard lock(heads_.mutex);
    return heads_.head.raw;
  }();
  for (Waiting& waiting : group.appends) {
    const bool known = waiting.answer && waiting.answer->duplicate && waiting.answer->sequence <= durable;
    if (!written && !known) waiting.answer = written.error();
    if (!waiting.answer) {
      const bool full = waiting.answer.error().code == Errc::disk_full;
      (full ? probe_.refused_space : probe_.refused_failed).add();
    }
    waiting.done(std::move(waiting.answer));
  }
  for (Riding& riding : group.rides) riding.done(written);
}

}  // namespace calsync::store
