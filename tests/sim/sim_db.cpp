// RocksDB's interfaces over a SimDisk: only what state/store calls. Runs on one thread, so that every reader
// sees one moment without taking a snapshot.
#include "tests/sim/sim_disk.hpp"

#include <rocksdb/utilities/stackable_db.h>

namespace calsync::sim {
namespace {

class SimColumn final : public rocksdb::ColumnFamilyHandle {
 public:
  explicit SimColumn(std::size_t id)
      : id_(static_cast<std::uint32_t>(id)), name_(store::column_names.at(id)) {}
  [[nodiscard]] const std::string& GetName() const override { return name_; }
  [[nodiscard]] std::uint32_t GetID() const override { return id_; }
  rocksdb::Status GetDescriptor(rocksdb::ColumnFamilyDescriptor* /*out*/) override {
    return rocksdb::Status::NotSupported();
  }
  [[nodiscard]] const rocksdb::Comparator* GetComparator() const override {
    return rocksdb::BytewiseComparator();
  }

 private:
  const std::uint32_t id_;
  const std::string name_;
};

class SimRows final : public rocksdb::Iterator {
 public:
  explicit SimRows(const SimDisk::Rows& rows) : rows_(rows), at_(rows.end()) {}
  [[nodiscard]] bool Valid() const override { return at_ != rows_.end(); }
  void SeekToFirst() override { at_ = rows_.begin(); }
  void SeekToLast() override { at_ = rows_.empty() ? rows_.end() : std::prev(rows_.end()); }
  void Seek(const rocksdb::Slice& to) override { at_ = rows_.lower_bound(to.ToStringView()); }
  void SeekForPrev(const rocksdb::Slice& to) override {
    at_ = rows_.upper_bound(to.ToStringView());
    Prev();
  }
  void Next() override { ++at_; }
  void Prev() override { at_ = at_ == rows_.begin() ? rows_.end() : std::prev(at_); }
  [[nodiscard]] rocksdb::Slice key() const override { return at_->first; }
  [[nodiscard]] rocksdb::Slice value() const override { return at_->second; }
  [[nodiscard]] rocksdb::Status status() const override { return {}; }

 private:
  const SimDisk::Rows& rows_;
  SimDisk::Rows::const_iterator at_;
};

class SimSnapshot final : public rocksdb::Snapshot {
 public:
  [[nodiscard]] rocksdb::SequenceNumber GetSequenceNumber() const override { return 0; }
  [[nodiscard]] std::int64_t GetUnixTime() const override { return 0; }
  [[nodiscard]] std::uint64_t GetTimestamp() const override { return 0; }
};

class SimDb final : public rocksdb::StackableDB {
 public:
  SimDb(std::shared_ptr<SimDisk> disk, bool ignores_sync)
      : StackableDB(static_cast<rocksdb::DB*>(nullptr)),
        disk_(std::move(disk)),
        run_(disk_->run()),
        ignores_sync_(ignores_sync) {}

  using StackableDB::Get;
  rocksdb::Status Get(const rocksdb::ReadOptions& /*options*/, rocksdb::ColumnFamilyHandle* column,
                      const rocksdb::Slice& key, rocksdb::PinnableSlice* value) override {
    const auto& rows = rows_of(column);
    const auto at = rows.find(key.ToStringView());
    if (at == rows.end()) return rocksdb::Status::NotFound();
    value->PinSelf(at->second);
    return {};
  }
  using StackableDB::NewIterator;
  rocksdb::Iterator* NewIterator(const rocksdb::ReadOptions& /*options*/,
                                 rocksdb::ColumnFamilyHandle* column) override {
    return new SimRows(rows_of(column));
  }
  rocksdb::Status Write(const rocksdb::WriteOptions& options, rocksdb::WriteBatch* batch) override {
    return disk_->write(run_, *batch, options.sync && !ignores_sync_);
  }
  const rocksdb::Snapshot* GetSnapshot() override { return &snapshot_; }
  void ReleaseSnapshot(const rocksdb::Snapshot* /*snapshot*/) override {}
  rocksdb::Status DestroyColumnFamilyHandle(rocksdb::ColumnFamilyHandle* column) override {
    delete column;
    return {};
  }
  rocksdb::Status Close() override { return {}; }

 private:
  [[nodiscard]] const SimDisk::Rows& rows_of(const rocksdb::ColumnFamilyHandle* column) const {
    return disk_->rows(static_cast<store::Column>(column->GetID()));
  }

  const std::shared_ptr<SimDisk> disk_;
  const std::uint64_t run_;
  const bool ignores_sync_;
  SimSnapshot snapshot_;
};

// The witness is written beside its place, synced, renamed; then the directory is synced. The rename is where
// it takes effect, so that is where the simulated disk is told.
class SimFile final : public rocksdb::FSWritableFile {
 public:
  explicit SimFile(std::string& text) : text_(text) { text_.clear(); }
  using FSWritableFile::Append;
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& /*options*/,
                           rocksdb::IODebugContext* /*dbg*/) override {
    text_.append(data.data(), data.size());
    return {};
  }
  rocksdb::IOStatus Close(const rocksdb::IOOptions& /*options*/, rocksdb::IODebugContext* /*dbg*/) override {
    return {};
  }
  rocksdb::IOStatus Flush(const rocksdb::IOOptions& /*options*/, rocksdb::IODebugContext* /*dbg*/) override {
    return {};
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& /*options*/, rocksdb::IODebugContext* /*dbg*/) override {
    return {};
  }

 private:
  std::string& text_;
};

class SimDirectory final : public rocksdb::FSDirectory {
 public:
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& /*options*/, rocksdb::IODebugContext* /*dbg*/) override {
    return {};
  }
};

class SimFiles final : public rocksdb::FileSystemWrapper {
 public:
  explicit SimFiles(std::shared_ptr<SimDisk> disk)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), disk_(std::move(disk)), run_(disk_->run()) {}
  [[nodiscard]] const char* Name() const override { return "calsync-simulated"; }
  rocksdb::IOStatus NewWritableFile(const std::string& /*name*/, const rocksdb::FileOptions& /*options*/,
                                    std::unique_ptr<rocksdb::FSWritableFile>* out,
                                    rocksdb::IODebugContext* /*dbg*/) override {
    *out = std::make_unique<SimFile>(text_);
    return {};
  }
  rocksdb::IOStatus RenameFile(const std::string& /*from*/, const std::string& /*to*/,
                               const rocksdb::IOOptions& /*options*/,
                               rocksdb::IODebugContext* /*dbg*/) override {
    return disk_->write_witness(run_, text_);
  }
  rocksdb::IOStatus NewDirectory(const std::string& /*name*/, const rocksdb::IOOptions& /*options*/,
                                 std::unique_ptr<rocksdb::FSDirectory>* out,
                                 rocksdb::IODebugContext* /*dbg*/) override {
    *out = std::make_unique<SimDirectory>();
    return {};
  }

 private:
  const std::shared_ptr<SimDisk> disk_;
  const std::uint64_t run_;
  std::string text_;
};

}  // namespace

rocksdb::DB* open_sim_db(std::shared_ptr<SimDisk> disk, bool ignores_sync,
                         std::vector<rocksdb::ColumnFamilyHandle*>& handles) {
  for (std::size_t id = 0; id < store::column_count; ++id) handles.push_back(new SimColumn(id));
  return new SimDb(std::move(disk), ignores_sync);
}

std::shared_ptr<rocksdb::FileSystem> open_sim_files(std::shared_ptr<SimDisk> disk) {
  return std::make_shared<SimFiles>(std::move(disk));
}

}  // namespace calsync::sim
