#include "tests/sim/flipped_bit.hpp"

#include "state/store/open_checks.hpp"
#include "state/store/rocks_log.hpp"
#include "state/store/rocks_options.hpp"
#include "tests/sim/random.hpp"

#include <rocksdb/env.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace calsync::sim {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t records = 30;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "calsync-sim-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
    path = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path path;
};

std::string body_of(std::uint64_t record) {
  return "record " + std::to_string(record) + std::string(1500, static_cast<char>('a' + record % 26));
}

void flip(const fs::path& directory, Random& random) {
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() != ".log") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    // Not behind the last record: what is cut off there is the torn tail that every crash leaves.
    const auto at = static_cast<std::streamoff>(random.below(entry.file_size() * 9 / 10));
    file.seekg(at);
    const int byte = file.get();
    file.seekp(at);
    file.put(static_cast<char>(byte ^ (1 << random.below(8))));
  }
}

// As open_log() does it, where the planted bug can put its own recovery mode.
Result<std::unique_ptr<EventLog>> open(const fs::path& path, Disk& disk, Plant plant,
                                       MetricRegistry& metrics) {
  auto env = rocksdb::NewCompositeEnv(disk.files);
  rocksdb::DBOptions options = store::database_options(env.get(), false);
  if (plant == Plant::default_wal_recovery)
    options.wal_recovery_mode = rocksdb::DBOptions().wal_recovery_mode;
  std::vector<rocksdb::ColumnFamilyDescriptor> columns;
  const auto cache = store::block_cache();
  columns.emplace_back(rocksdb::kDefaultColumnFamilyName, store::column_options("default", cache));
  for (const char* name : store::column_names) columns.emplace_back(name, store::column_options(name, cache));
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(options, path, columns, &handles, &db);
  if (!status.ok()) return store::explain_open(status, path);
  CALSYNC_TRY(witnessed, "witness", store::read_witness(disk, path));
  store::Opened opened;
  opened.database = std::make_unique<store::Database>(std::move(env), db, std::move(handles));
  CALSYNC_CHECK("check", store::check_log(opened, witnessed, path));
  LogOptions wanted{.path = path};
  return std::unique_ptr<EventLog>(
      std::make_unique<store::RocksLog>(wanted, nullptr, disk, metrics, std::move(opened),
                                        std::make_shared<store::BackgroundErrors>(), store::Drive::by_hand));
}

// The directory as a kill right after the last acknowledgement leaves it. Its witness is behind, as always
// within the first second.
void write_log(const fs::path& path, const fs::path& copy) {
  MetricRegistry metrics;
  auto log = EventLog::open({.path = path}, metrics);
  if (!log) throw std::runtime_error(log.error().text());
  const std::string witness = (path / "head").string();
  fs::copy_file(witness, path.string() + ".head");
  for (std::uint64_t record = 1; record <= records; ++record) {
    RawDelivery delivery{
        .source_id = SourceId{"main"}, .content_type = "", .received = {}, .body = body_of(record)};
    if (auto done = (*log)->append_and_wait(std::move(delivery)); !done)
      throw std::runtime_error(done.error().text());
  }
  fs::copy(path, copy, fs::copy_options::recursive);
  fs::copy_file(path.string() + ".head", copy / "head", fs::copy_options::overwrite_existing);
  fs::remove(path.string() + ".head");
}

}  // namespace

Ending open_with_a_flipped_bit(const Wish& wish) {
  Random random(wish.seed);
  const Folder folder;
  write_log(folder.path / "log", folder.path / "copy");
  flip(folder.path / "copy", random);
  MetricRegistry metrics;
  Disk disk;
  Ending ending;
  const auto log = open(folder.path / "copy", disk, wish.plant, metrics);
  if (!log) return ending;  // refused, with the cure
  for (std::uint64_t record = 1; record <= records; ++record) {
    const auto raw = (*log)->raw(RawSequence{record});
    if (raw && raw->body == body_of(record)) continue;
    ending.violation = "a log with a flipped bit opens, and raw " + std::to_string(record) + " is lost";
    break;
  }
  return ending;
}

}  // namespace calsync::sim
