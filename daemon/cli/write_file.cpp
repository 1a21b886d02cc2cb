#include "daemon/cli/write_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <system_error>
#include <unistd.h>

namespace calsync::cli {
namespace {

constexpr std::uintmax_t bytes_max = std::uintmax_t{64} << 20U;

Error failed(const std::filesystem::path& path, std::string_view what) {
  return {errno == ENOENT ? Errc::not_found : Errc::io,
          path.string() + " cannot be " + std::string(what) + ": " + std::generic_category().message(errno)};
}

// A rename would put a file where a device, a pipe or somebody's link stands.
Result<void> may_be_replaced(const std::filesystem::path& path) {
  std::error_code none;
  const auto type = std::filesystem::symlink_status(path, none).type();
  if (type == std::filesystem::file_type::not_found || type == std::filesystem::file_type::regular) return {};
  return Error{Errc::rejected,
               path.string() + " is no regular file: name one that is, or one that is not there yet"};
}

}  // namespace

Result<std::string> read_whole_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return failed(path, "read");
  std::error_code none;
  if (std::filesystem::file_size(path, none) > bytes_max && !none)
    return Error{Errc::rejected, path.string() + " is larger than 64 MiB"};
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

Result<void> write_whole_file(const std::filesystem::path& path, std::string_view text) {
  CALSYNC_CHECK("write", may_be_replaced(path));
  const std::string beside = path.string() + ".new";
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return failed(beside, "written");
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const Error error = failed(path, "written");
      ::close(file);
      ::unlink(beside.c_str());
      return error;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  const bool synced = ::fsync(file) == 0;
  if (::close(file) != 0 || !synced) return failed(beside, "written");
  if (::rename(beside.c_str(), path.c_str()) != 0) return failed(path, "written");
  return {};
}

}  // namespace calsync::cli
