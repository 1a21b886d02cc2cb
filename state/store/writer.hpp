// The one that writes. Takes what waits (≤ 256 records or 2 MiB), gives sequences, chains hashes,
// makes ONE synced write, then completes the waiters. What other rooms commit rides in the same batch.
// Owner:    EventLog.
// Runs on:  its own thread, or turn() where it is driven by hand; submit() any thread.
// Blocks:   submit() never, ride() until it is on disk.
// Promises: heads move only when the write was OK (F3); a group fails or succeeds as a whole.
// Fails:    disk_full: tried again with the next group, no restart needed; from then on until the reserve can
//           be made again, only what other rooms commit. Any other error: nothing is acknowledged any more,
//           failed() says why.
#pragma once
#include "state/store/database.hpp"
#include "state/store/drive.hpp"
#include "state/store/event_log.hpp"
#include "state/store/head_witness.hpp"
#include "state/store/reserve.hpp"
#include "state/store/store_probe.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace calsync::store {

struct Heads {  // what the readers may see; waiters sleep here
  mutable std::mutex mutex;
  std::condition_variable_any moved;
  LogHead head;                   // guarded by mutex
  std::uint64_t quarantined = 0;  // guarded by mutex
};

struct Span {  // of keys; `to` is not in it. Empty: from the first, to the last
  Column column{};
  std::string from{}, to{};
};

// A commit of another room. `settle` tells what the head is once it is down; it runs on the writer thread.
struct Ride {
  std::vector<Change> changes;
  std::vector<Span> clear;               // these rows go first
  std::function<void(LogHead&)> settle;  // may be empty
  std::optional<std::uint64_t> quarantined;
  std::uint64_t events = 0;
  bool goes_back = false;  // the head witness has to know before (rebuild)
};

class Writer {
 public:
  Writer(Database& database, Heads& heads, WitnessKeeper& witness, const StoreProbe& probe, Reserve& reserve,
         std::function<void(Error)> on_failed, Drive drive = Drive::own_thread);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void submit(RawDelivery delivery, EventLog::OnAppended done);
  Result<void> ride(Ride ride);
  bool turn();             // by hand: one group, if anything waits
  void close();            // completes what waits, then ends; later calls fail: cancelled
  void fail(Error error);  // also from RocksDB's background threads
  [[nodiscard]] std::optional<Error> failed() const;
  // Runs `job` while no batch is being written. Fails: disk_full, io, without running it, where none can be.
  Result<void> between_batches(const std::function<Result<void>()>& job);
  [[nodiscard]] bool disk_full() const { return disk_full_; }

 private:
  struct Waiting {
    RawDelivery delivery;
    EventLog::OnAppended done;
    std::size_t size = 0;
    Result<Appended> answer = Appended{};
  };
  struct Riding {
    Ride ride;
    std::function<void(Result<void>)> done;
  };
  struct Group {
    std::vector<Waiting> appends;
    std::vector<Riding> rides;
    [[nodiscard]] bool empty() const { return appends.empty() && rides.empty(); }
  };
  struct Built;

  void run();
  Group take();
  void handle(Group& group);
  Result<void> build(Group& group, Built& built);
  Result<void> add_append(Waiting& waiting, Built& built);
  Result<void> count_repeat(RawSequence known, Built& built);
  Result<void> add_ride(const Ride& ride, Built& built);
  Result<void> write(Built& built);
  void note_room(const rocksdb::Status& status);
  rocksdb::Status write_once(Built& built);
  void publish(const Built& built);
  void answer(Group& group, const Result<void>& written);
  Error refusal() const;  // mutex_ is held

  Database& database_;
  Heads& heads_;
  WitnessKeeper& witness_;
  const StoreProbe& probe_;
  Reserve& reserve_;
  const std::function<void(Error)> on_failed_;
  const Drive drive_;

  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::deque<Waiting> queue_;     // guarded by mutex_
  std::size_t queued_bytes_ = 0;  // guarded by mutex_
  std::deque<Riding> rides_;      // guarded by mutex_
  bool closing_ = false;          // guarded by mutex_
  std::optional<Error> failed_;   // guarded by mutex_

  std::mutex batch_;                    // held while a batch is written
  std::atomic<bool> disk_full_{false};  // written by the writer thread
  bool saving_ = false;                 // of the writer thread: the reserve is given up, no new deliveries
  std::thread thread_;
};

}  // namespace calsync::store
