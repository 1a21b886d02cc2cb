#include "state/store/head_witness.hpp"

#include "state/base/log.hpp"
#include "state/base/thread.hpp"
#include "state/store/keys.hpp"

#include <charconv>
#include <limits>
#include <sstream>

namespace calsync::store {
namespace {

constexpr std::string_view first_word = "calsync-log-head";
constexpr std::string_view witness_format = "1.1";  // 1.0 had no lines of files; each reads the other

Error unreadable(const std::string& how) {
  std::string what = "the file `";
  what.append(witness_name).append("` ").append(how);
  return Error{Errc::corrupt,
               what.append(": it is the witness of the log's end; restore the newest copy of the directory")};
}

Error failed(const rocksdb::IOStatus& status, const char* doing) {
  if (status.IsNoSpace()) return Error{Errc::disk_full, std::string(doing) + ": " + status.ToString()};
  return Error{Errc::io, std::string(doing) + ": " + status.ToString()};
}

template <class Sequence>
bool read_line(std::istringstream& in, const char* name, Sequence& sequence, Digest& hash) {
  std::string word, hex;
  std::uint64_t number = 0;
  if (!(in >> word >> number >> hex) || word != name) return false;
  const auto digest = digest_from_hex(hex);
  if (!digest) return false;
  sequence = Sequence{number};
  hash = *digest;
  return true;
}

std::string render_file(const char* kind, const SeenFile& file) {
  return std::string(kind) + " " + file.name + " " + std::to_string(file.bytes) + " " + to_hex(file.tail) +
         "\n";
}

// Up to the checksum. What a later minor version has to say in lines of its own is passed over.
bool read_files(std::istringstream& in, SeenFiles& files) {
  for (std::string word; in >> word && word != "sum";) {
    if (word == "manifest" || word == "wal") {
      SeenFile file;
      std::string tail;
      if (!(in >> file.name >> file.bytes >> tail)) return false;
      const auto digest = digest_from_hex(tail);
      if (!digest) return false;
      file.tail = *digest;
      (word == "wal" ? files.wals : files.manifests).push_back(std::move(file));
    }
    in.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return true;
}

}  // namespace

std::string render_witness(const Witness& witness) {
  const LogHead& head = witness.head;
  std::string text{first_word};
  text.append(" ").append(witness_format).append("\n");
  text += "raw " + std::to_string(head.raw.value()) + " " + to_hex(head.raw_hash) + "\n";
  text += "event " + std::to_string(head.event.value()) + " " + to_hex(head.event_hash) + "\n";
  for (const SeenFile& file : witness.files.manifests) text += render_file("manifest", file);
  for (const SeenFile& file : witness.files.wals) text += render_file("wal", file);
  return text + "sum " + to_hex(sha256(text)) + "\n";
}

Result<Witness> parse_witness(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::string word, format;
  if (!(in >> word >> format) || word != first_word) return unreadable("is not one");
  unsigned major = 0;
  const auto read = std::from_chars(format.data(), format.data() + format.size(), major);
  if (read.ec != std::errc{}) return unreadable("is damaged");
  if (major != format_major)
    return Error{Errc::foreign, "the log has format " + format + ", this program knows " +
                                    std::string(format_text) + ": start the calsync version that wrote it"};
  Witness witness;
  LogHead& head = witness.head;
  if (!read_line(in, "raw", head.raw, head.raw_hash) || !read_line(in, "event", head.event, head.event_hash))
    return unreadable("is damaged");
  if (!read_files(in, witness.files)) return unreadable("is damaged");
  const std::size_t sum_at = text.rfind("sum ");
  if (sum_at == std::string_view::npos ||
      text.substr(sum_at) != "sum " + to_hex(sha256(text.substr(0, sum_at))) + "\n")
    return unreadable("is damaged");
  return witness;
}

Result<std::optional<Witness>> read_witness(Disk& disk, const std::filesystem::path& directory) {
  std::string text;
  const rocksdb::IOStatus found = disk.files->FileExists(directory / witness_name, {}, nullptr);
  if (found.IsNotFound() || found.IsPathNotFound()) return std::optional<Witness>{};
  const rocksdb::Status status = rocksdb::ReadFileToString(disk.files.get(), directory / witness_name, &text);
  if (!status.ok()) return Error{Errc::io, "read the head witness: " + status.ToString()};
  CALSYNC_TRY(witness, "head witness", parse_witness(text));
  return std::optional(std::move(witness));
}

Result<void> write_witness(Disk& disk, const std::filesystem::path& directory, const Witness& witness) {
  const std::string next = directory / (std::string(witness_name) + ".next");
  std::unique_ptr<rocksdb::FSWritableFile> file;
  auto status = disk.files->NewWritableFile(next, {}, &file, nullptr);
  if (status.ok()) status = file->Append(render_witness(witness), {}, nullptr);
  if (status.ok()) status = file->Fsync({}, nullptr);
  if (status.ok()) status = file->Close({}, nullptr);
  if (status.ok()) status = disk.files->RenameFile(next, directory / witness_name, {}, nullptr);
  if (!status.ok()) return failed(status, "write the head witness");
  std::unique_ptr<rocksdb::FSDirectory> folder;
  status = disk.files->NewDirectory(directory, {}, &folder, nullptr);
  if (status.ok()) status = folder->Fsync({}, nullptr);
  if (!status.ok()) return failed(status, "sync the log's directory");
  return {};
}

WitnessKeeper::WitnessKeeper(Disk& disk, std::filesystem::path directory, const StoreProbe& probe,
                             Witness witnessed, std::shared_ptr<WatchedFiles> files, Drive drive)
    : disk_(disk),
      directory_(std::move(directory)),
      probe_(probe),
      files_(std::move(files)),
      reached_(witnessed.head),
      witnessed_(std::move(witnessed)) {
  if (files_) files_->on_switch([this] { return write_latest(); });
  if (drive == Drive::own_thread)
    thread_ = std::thread([this] {
      name_thread("head-witness");
      run();
    });
}

WitnessKeeper::~WitnessKeeper() {
  stop();
}

void WitnessKeeper::reached(const LogHead& head) {
  const std::lock_guard lock(mutex_);
  reached_ = head;
}

Result<void> WitnessKeeper::write_now(const LogHead& head) {
  {
    const std::lock_guard lock(mutex_);
    reached_ = head;
  }
  return write_latest();
}

void WitnessKeeper::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable())
    thread_.join();
  else
    turn();
}

SeenFiles WitnessKeeper::seen() const {
  return files_ ? files_->synced() : SeenFiles{};
}

bool WitnessKeeper::is_behind() const {
  const LogHead& head = witnessed_.head;
  return reached_.raw != head.raw || reached_.event != head.event || seen() != witnessed_.files;
}

void WitnessKeeper::run() {
  std::unique_lock lock(mutex_);
  for (bool last = false; !last;) {
    changed_.wait_for(lock, disk_.witness_every, [this] { return stopping_; });
    last = stopping_;
    lock.unlock();
    turn();
    lock.lock();
  }
}

// A witness that cannot be written is behind, which is safe: it only proves less. Counted, and tried again.
void WitnessKeeper::turn() {
  {
    const std::lock_guard lock(mutex_);
    if (!is_behind()) return;
  }
  const auto written = write_latest();
  if (written) return;
  probe_.witness_errors.add();
  log::warning("head witness not written", {log::field("error", written.error().text())});
}

Result<void> WitnessKeeper::write_latest() {
  const std::lock_guard file(file_);
  Witness witness;
  {
    const std::lock_guard lock(mutex_);
    witness.head = reached_;
  }
  witness.files = seen();
  CALSYNC_CHECK("head witness", write_witness(disk_, directory_, witness));
  const std::lock_guard lock(mutex_);
  witnessed_ = std::move(witness);
  return {};
}

}  // namespace calsync::store
