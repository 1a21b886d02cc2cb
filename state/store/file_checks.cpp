#include "state/store/file_checks.hpp"

#include "state/store/open_checks.hpp"

#include <algorithm>
#include <charconv>

namespace calsync::store {
namespace {

// nullopt: there is no such file.
Result<std::optional<std::uint64_t>> size_of(Disk& disk, const std::filesystem::path& file) {
  std::uint64_t size = 0;
  const auto status = disk.files->GetFileSize(file, {}, &size, nullptr);
  if (status.ok()) return std::optional(size);
  const auto there = disk.files->FileExists(file, {}, nullptr);
  if (there.IsNotFound() || there.IsPathNotFound()) return std::optional<std::uint64_t>{};
  return to_error(status, "look at " + file.string());
}

Error cut(const std::filesystem::path& directory, const SeenFile& seen, std::uint64_t size) {
  return explain_damage(directory, "its file " + seen.name + " was cut: it has " + std::to_string(size) +
                                       " bytes and had " + std::to_string(seen.bytes) + " on the disk");
}

// At least as long as it was, and the same up to there.
Result<void> check_file(Disk& disk, const std::filesystem::path& directory, const SeenFile& seen,
                        std::uint64_t size) {
  if (size < seen.bytes) return cut(directory, seen, size);
  std::unique_ptr<rocksdb::FSRandomAccessFile> file;
  auto status = disk.files->NewRandomAccessFile(directory / seen.name, {}, &file, nullptr);
  const std::uint64_t from = tail_start(seen.bytes);
  std::string space(seen.bytes - from, '\0');
  rocksdb::Slice read;
  if (status.ok()) status = file->Read(from, space.size(), {}, &read, space.data(), nullptr);
  if (!status.ok()) return to_error(status, "read " + (directory / seen.name).string());
  if (sha256(text(read)) == seen.tail) return {};
  return explain_damage(directory, "the end of its file " + seen.name + " is not what was written");
}

Result<void> check_manifest(Disk& disk, const std::filesystem::path& directory, const SeenFiles& seen) {
  if (seen.manifests.empty()) return {};
  std::string current;
  const auto read = rocksdb::ReadFileToString(disk.files.get(), directory / "CURRENT", &current);
  if (read.IsNotFound() || read.IsPathNotFound())
    return explain_damage(directory, "the database's file CURRENT is missing");
  if (!read.ok()) return to_error(read, "read " + (directory / "CURRENT").string());
  const auto named = std::ranges::find_if(
      seen.manifests, [&current](const SeenFile& file) { return current == file.name + "\n"; });
  if (named == seen.manifests.end())
    return explain_damage(directory, "its file CURRENT does not name " + seen.manifests.front().name);
  CALSYNC_TRY(size, "look at MANIFEST", size_of(disk, directory / named->name));
  if (!size) return explain_damage(directory, "its file " + named->name + " is missing");
  return check_file(disk, directory, *named, *size);
}

}  // namespace

Result<std::vector<SeenFile>> check_files(Disk& disk, const std::filesystem::path& directory,
                                          const SeenFiles& seen) {
  CALSYNC_CHECK("check MANIFEST", check_manifest(disk, directory, seen));
  std::vector<SeenFile> gone;
  for (const SeenFile& wal : seen.wals) {
    CALSYNC_TRY(size, "look at WAL", size_of(disk, directory / wal.name));
    if (size)
      CALSYNC_CHECK("look at WAL", check_file(disk, directory, wal, *size));
    else
      gone.push_back(wal);
  }
  return gone;
}

Result<void> check_gone_wals(const Database& database, const std::vector<SeenFile>& gone,
                             const std::filesystem::path& directory) {
  if (gone.empty()) return {};
  std::uint64_t needed_from = 0;
  if (!database.raw().GetIntProperty(rocksdb::DB::Properties::kMinLogNumberToKeep, &needed_from))
    return Error{Errc::io, "the database does not tell which WALs it needs"};
  for (const SeenFile& wal : gone) {
    std::uint64_t number = 0;
    std::from_chars(wal.name.data(), wal.name.data() + wal.name.size(), number);
    if (number >= needed_from) return explain_damage(directory, "its file " + wal.name + " is missing");
  }
  return {};
}

}  // namespace calsync::store
