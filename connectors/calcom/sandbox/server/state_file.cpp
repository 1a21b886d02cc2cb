#include "connectors/calcom/sandbox/server/state_file.hpp"

#include "connectors/calcom/sandbox/world_state.hpp"
#include "state/base/regular_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <system_error>
#include <unistd.h>

namespace calsync::sandbox {

namespace {

Error io_error(const std::filesystem::path& file, const char* doing) {
  return {Errc::io, std::string(doing) + " " + file.string() + ": " + std::generic_category().message(errno)};
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto done = ::write(fd, text.data(), text.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(done));
  }
  return ::fsync(fd) == 0;
}

}  // namespace

Result<bool> read_state(World& world, const std::filesystem::path& file) {
  if (file.empty() || !std::filesystem::exists(file)) return false;
  if (const auto good = must_be_regular_file(file.string(), std::size_t{1} << 30U); !good)
    return good.error();
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return io_error(file, "read");
  boost::json::error_code wrong;
  const auto document = boost::json::parse(text.str(), wrong);
  if (wrong) return Error{Errc::rejected, file.string() + " is no JSON: " + wrong.message()};
  if (const auto restored = restore(world, document); !restored)
    return Error{Errc::rejected, file.string() + ": " + restored.error().what};
  return true;
}

Result<void> write_state(World& world, const std::filesystem::path& file) {
  const std::filesystem::path beside = file.string() + ".new";
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return io_error(beside, "write");
  const bool whole = write_all(fd, boost::json::serialize(saved(world)));
  if (::close(fd) != 0 || !whole) return io_error(beside, "write");
  if (::rename(beside.c_str(), file.c_str()) != 0) return io_error(file, "write");
  return {};
}

}  // namespace calsync::sandbox
