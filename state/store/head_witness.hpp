// The file `head` beside the database: what the log had reached, and how much of its MANIFEST and WALs was on
// the disk and how that ended, kept outside of it. A log whose end was cut off opens without complaint (F2); one that stands
// behind its witness is refused.
// Runs on:  open(), then one thread of its own.
// Blocks:   three syncs, at most once a second and at close.
#pragma once
#include "state/base/time.hpp"
#include "state/store/disk.hpp"
#include "state/store/drive.hpp"
#include "state/store/event_log.hpp"
#include "state/store/store_probe.hpp"
#include "state/store/watched_files.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace calsync::store {

inline constexpr const char* witness_name = "head";

struct Witness {
  LogHead head;       // without `normalised`
  SeenFiles files{};  // empty: nothing is claimed of them (format 1.0, copies)
};

std::string render_witness(const Witness& witness);    // text: format, both heads, files, checksum
Result<Witness> parse_witness(std::string_view text);  // fails: corrupt, foreign (newer format)
// nullopt: no file.
Result<std::optional<Witness>> read_witness(Disk& disk, const std::filesystem::path& directory);
Result<void> write_witness(Disk& disk, const std::filesystem::path& directory, const Witness& witness);

class WitnessKeeper {
 public:
  // `files`: nullptr where nobody watches them.
  WitnessKeeper(Disk& disk, std::filesystem::path directory, const StoreProbe& probe, Witness witnessed,
                std::shared_ptr<WatchedFiles> files, Drive drive = Drive::own_thread);
  ~WitnessKeeper();
  WitnessKeeper(const WitnessKeeper&) = delete;
  WitnessKeeper& operator=(const WitnessKeeper&) = delete;
  void reached(const LogHead& head);            // any thread, cheap: the log has this on disk
  Result<void> write_now(const LogHead& head);  // before the log goes back (rebuild)
  void turn();                                  // writes the head where it has moved; by hand: every so often
  void stop();                                  // writes the last head

 private:
  void run();
  Result<void> write_latest();
  [[nodiscard]] SeenFiles seen() const;
  [[nodiscard]] bool is_behind() const;  // mutex_ is held

  Disk& disk_;
  const std::filesystem::path directory_;
  const StoreProbe& probe_;
  const std::shared_ptr<WatchedFiles> files_;
  std::mutex file_;  // one writer of the file at a time
  std::mutex mutex_;
  std::condition_variable changed_;
  LogHead reached_;        // guarded by mutex_
  Witness witnessed_;      // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace calsync::store
