// A file that holds room on the log's disk (P27). Where the disk is full it is given up, so that what is under way
// can still be noted: a claim, the events of records that were acknowledged. New deliveries wait until there
// is room for the file again.
// Owner:    EventLog.
// Runs on:  open(), then the writer thread.
// Blocks:   on the disk; allocates, writes nothing. Not through Disk, which cannot allocate.
#pragma once
#include "state/store/disk.hpp"

#include <cstdint>
#include <filesystem>

namespace calsync::store {

inline constexpr const char* reserve_name = "reserve";

class Reserve {
 public:
  // `wanted` bytes, but at most a twentieth of the file system. 0: there is none.
  Reserve(Disk& disk, const std::filesystem::path& directory, std::uint64_t wanted);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] bool held() const { return held_; }
  // Where there is as much room again beside it, so that the disk is not full at once. Gives held().
  bool make();
  void give_up();

 private:
  Disk& disk_;
  const std::filesystem::path file_;
  const std::uint64_t size_;
  bool held_ = false;
};

}  // namespace calsync::store
