#include "tests/sim/sim_disk.hpp"

namespace calsync::sim {
namespace {

constexpr std::size_t writes_remembered = 64;

bool is_of_a_record(store::Column column) {
  using store::Column;
  return column == Column::raw || column == Column::evt || column == Column::keys ||
         column == Column::summary;
}

}  // namespace

// A batch, row by row.
class BatchReader final : public rocksdb::WriteBatch::Handler {
 public:
  BatchReader(SimDisk& disk, SimDisk::Write& undo) : disk_(disk), undo_(undo) {}
  rocksdb::Status PutCF(std::uint32_t column, const rocksdb::Slice& key,
                        const rocksdb::Slice& value) override {
    disk_.put(undo_, static_cast<store::Column>(column), key.ToString(), value.ToString());
    return {};
  }
  rocksdb::Status DeleteCF(std::uint32_t column, const rocksdb::Slice& key) override {
    disk_.put(undo_, static_cast<store::Column>(column), key.ToString(), std::nullopt);
    return {};
  }
  rocksdb::Status DeleteRangeCF(std::uint32_t column, const rocksdb::Slice& first,
                                const rocksdb::Slice& end) override {
    const auto& rows = disk_.columns_.at(column);
    std::vector<std::string> keys;
    for (auto at = rows.lower_bound(first.ToString()); at != rows.end() && at->first < end.ToString(); ++at)
      keys.push_back(at->first);
    for (std::string& key : keys)
      disk_.put(undo_, static_cast<store::Column>(column), std::move(key), std::nullopt);
    return {};
  }

 private:
  SimDisk& disk_;
  SimDisk::Write& undo_;
};

std::shared_ptr<SimDisk> SimDisk::copy(std::string name) const {
  auto other = std::make_shared<SimDisk>(world_, std::move(name));
  other->columns_ = columns_;
  other->removed_ = removed_;
  other->witness_ = other->witness_before_ = witness_;
  other->acknowledged = acknowledged;
  return other;
}

void SimDisk::put(Write& undo, store::Column column, std::string key, std::optional<std::string> value) {
  Rows& rows = columns_[static_cast<std::size_t>(column)];
  const auto at = rows.find(key);
  if (!value && at != rows.end() && is_of_a_record(column))
    removed_[static_cast<std::size_t>(column)].insert_or_assign(key, at->second);
  undo.push_back({column, key, at == rows.end() ? std::nullopt : std::optional(std::move(at->second))});
  if (value)
    rows.insert_or_assign(std::move(key), *std::move(value));
  else if (at != rows.end())
    rows.erase(at);
}

const std::string& SimDisk::row_ever(store::Column column, std::string_view key) const {
  static const std::string none;
  for (const auto* const columns : {&columns_, &removed_}) {
    const Rows& rows = (*columns)[static_cast<std::size_t>(column)];
    if (const auto at = rows.find(key); at != rows.end()) return at->second;
  }
  return none;
}

bool SimDisk::synced(store::Column column, std::string_view key) const {
  for (std::size_t i = 0; i < unsynced_; ++i) {
    const Write& write = undo_[undo_.size() - 1 - i];
    if (std::ranges::any_of(write, [&](const Undo& u) { return u.column == column && u.key == key; }))
      return false;
  }
  return true;
}

void SimDisk::take_back() {
  for (auto undo = undo_.back().rbegin(); undo != undo_.back().rend(); ++undo) {
    Rows& rows = columns_[static_cast<std::size_t>(undo->column)];
    if (undo->before)
      rows.insert_or_assign(std::move(undo->key), *std::move(undo->before));
    else
      rows.erase(undo->key);
  }
  undo_.pop_back();
}

rocksdb::Status SimDisk::write(std::uint64_t run, const rocksdb::WriteBatch& batch, bool sync) {
  if (run != run_) return rocksdb::Status::IOError("the process is gone");
  if (world_.now() < faults.full_until) return rocksdb::Status::NoSpace("simulated");
  undo_.emplace_back();
  BatchReader reader(*this, undo_.back());
  const rocksdb::Status read = batch.Iterate(&reader);
  if (!read.ok()) return read;
  ++unsynced_;
  if (world_.random.chance(faults.killed_before)) {
    on_killed();
    throw Killed{};
  }
  if (world_.random.chance(faults.sync_fails)) {
    world_.tell(name_, "sync fails");
    return rocksdb::Status::IOError("simulated");
  }
  if (sync) unsynced_ = 0;
  while (undo_.size() > writes_remembered + unsynced_) undo_.pop_front();
  if (world_.random.chance(faults.killed_after)) {
    on_killed();
    throw Killed{};
  }
  return {};
}

rocksdb::IOStatus SimDisk::write_witness(std::uint64_t run, std::string text) {
  if (run != run_) return rocksdb::IOStatus::IOError("the process is gone");
  if (world_.now() < faults.full_until) return rocksdb::IOStatus::NoSpace("simulated");
  if (witness_synced_) witness_before_ = witness_;
  witness_ = std::move(text);
  witness_synced_ = false;
  if (world_.random.chance(faults.killed_before)) {
    on_killed();
    throw Killed{};
  }
  witness_synced_ = true;
  return {};
}

// Every write is synced before anybody hears of it, so that what is not synced is the write under way, or one
// whose sync failed: it is there or not, whoever was at fault.
void SimDisk::crash() {
  ++run_;
  if (unsynced_ > 0) {
    const std::uint64_t lost = world_.random.between(0, unsynced_);
    world_.tell(name_,
                "loses " + std::to_string(lost) + " writes of " + std::to_string(unsynced_) + " not synced");
    for (std::uint64_t i = 0; i < lost; ++i) take_back();
  }
  unsynced_ = 0;
  if (!witness_synced_ && world_.random.chance(500)) witness_ = witness_before_;
  witness_synced_ = true;
}

std::shared_ptr<SimDisk> SimDisk::cut(std::size_t writes) {
  auto whole = copy(name_);
  for (std::size_t i = 0; i < writes && !undo_.empty(); ++i) take_back();
  return whole;
}

}  // namespace calsync::sim
