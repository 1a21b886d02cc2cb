// A log's directory as bytes: what is in it, and where its MANIFEST's and WALs' records end.
#pragma once
#include "tests/state/store/log_fixture.hpp"

#include <map>

namespace calsync {

struct FileState {
  std::string bytes;
  std::filesystem::file_time_type written;
  friend bool operator==(const FileState&, const FileState&) = default;
};

inline std::map<std::string, FileState> contents_of(const std::filesystem::path& directory) {
  std::map<std::string, FileState> found;
  found["."] = {"", std::filesystem::last_write_time(directory)};
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    found[entry.path().filename()] = {read_file(entry.path()), entry.last_write_time()};
  return found;
}

// The last file of its kind: by name, which is by number.
inline std::filesystem::path newest_file(const std::filesystem::path& directory, std::string_view part) {
  std::filesystem::path found;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    if (entry.path().filename().string().find(part) != std::string::npos && entry.file_size() > 0 &&
        entry.path() > found)
      found = entry.path();
  return found;
}

// RocksDB's log format: blocks of 32 KiB; a record's pieces have a checksum (4), a length (2) and a type (1).
inline std::vector<std::size_t> record_ends(const std::string& bytes) {
  constexpr std::size_t block = 32768, header = 7;
  constexpr unsigned char whole = 1, last = 4;
  std::vector<std::size_t> ends;
  for (std::size_t at = 0; at + header <= bytes.size();) {
    if (block - at % block < header) {
      at += block - at % block;
      continue;
    }
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
    const std::size_t length = byte(4) + 256U * byte(5);
    const unsigned char type = byte(6);
    at += header + length;
    if (type == whole || type == last) ends.push_back(std::min(at, bytes.size()));
  }
  return ends;
}

}  // namespace calsync
