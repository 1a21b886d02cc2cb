#include "state/store/head_witness.hpp"

#include "state/base/log.hpp"
#include "state/base/thread.hpp"
#include "state/store/keys.hpp"

#include <charconv>
#include <sstream>

namespace calsync::store {
namespace {

constexpr std::string_view first_word = "calsync-log-head";
constexpr auto period = std::chrono::seconds{1};

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

}  // namespace

std::string render_witness(const LogHead& head) {
  std::string text{first_word};
  text.append(" ").append(format_text).append("\n");
  text += "raw " + std::to_string(head.raw.value()) + " " + to_hex(head.raw_hash) + "\n";
  text += "event " + std::to_string(head.event.value()) + " " + to_hex(head.event_hash) + "\n";
  return text + "sum " + to_hex(sha256(text)) + "\n";
}

Result<LogHead> parse_witness(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::string word, format;
  if (!(in >> word >> format) || word != first_word) return unreadable("is not one");
  unsigned major = 0;
  const auto read = std::from_chars(format.data(), format.data() + format.size(), major);
  if (read.ec != std::errc{}) return unreadable("is damaged");
  if (major != format_major)
    return Error{Errc::foreign, "the log has format " + format + ", this program knows " +
                                    std::string(format_text) + ": start the calsync version that wrote it"};
  LogHead head;
  if (!read_line(in, "raw", head.raw, head.raw_hash) || !read_line(in, "event", head.event, head.event_hash))
    return unreadable("is damaged");
  const std::size_t sum_at = text.rfind("sum ");
  if (sum_at == std::string_view::npos ||
      text.substr(sum_at) != "sum " + to_hex(sha256(text.substr(0, sum_at))) + "\n")
    return unreadable("is damaged");
  return head;
}

Result<std::optional<LogHead>> read_witness(Disk& disk, const std::filesystem::path& directory) {
  std::string text;
  const rocksdb::IOStatus found = disk.files->FileExists(directory / witness_name, {}, nullptr);
  if (found.IsNotFound() || found.IsPathNotFound()) return std::optional<LogHead>{};
  const rocksdb::Status status = rocksdb::ReadFileToString(disk.files.get(), directory / witness_name, &text);
  if (!status.ok()) return Error{Errc::io, "read the head witness: " + status.ToString()};
  CALSYNC_TRY(head, "head witness", parse_witness(text));
  return std::optional(head);
}

Result<void> write_witness(Disk& disk, const std::filesystem::path& directory, const LogHead& head) {
  const std::string next = directory / (std::string(witness_name) + ".next");
  std::unique_ptr<rocksdb::FSWritableFile> file;
  auto status = disk.files->NewWritableFile(next, {}, &file, nullptr);
  if (status.ok()) status = file->Append(render_witness(head), {}, nullptr);
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
                             LogHead witnessed, Drive drive)
    : disk_(disk),
      directory_(std::move(directory)),
      probe_(probe),
      reached_(witnessed),
      witnessed_(witnessed) {
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
  const std::lock_guard file(file_);
  CALSYNC_CHECK("head witness", write_witness(disk_, directory_, head));
  const std::lock_guard lock(mutex_);
  reached_ = witnessed_ = head;
  return {};
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

void WitnessKeeper::run() {
  std::unique_lock lock(mutex_);
  for (bool last = false; !last;) {
    changed_.wait_for(lock, period, [this] { return stopping_; });
    last = stopping_;
    lock.unlock();
    turn();
    lock.lock();
  }
}

void WitnessKeeper::turn() {
  {
    const std::lock_guard lock(mutex_);
    if (reached_.raw == witnessed_.raw && reached_.event == witnessed_.event) return;
  }
  write_latest();
}

// A witness that cannot be written is behind, which is safe: it only proves less. Counted, and tried again.
void WitnessKeeper::write_latest() {
  const std::lock_guard file(file_);
  LogHead head;
  {
    const std::lock_guard lock(mutex_);
    head = reached_;
  }
  if (const auto written = write_witness(disk_, directory_, head); !written) {
    probe_.witness_errors.add();
    log::warning("head witness not written", {log::field("error", written.error().text())});
    return;
  }
  const std::lock_guard lock(mutex_);
  witnessed_ = head;
}

}  // namespace calsync::store
