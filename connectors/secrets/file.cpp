#include "connectors/secrets/places.hpp"
#include "state/base/log.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace calsync::secret_places {
namespace {

constexpr std::size_t bytes_max = std::size_t{64} * 1024;

struct Descriptor {
  int fd;
  explicit Descriptor(int opened) : fd(opened) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

Error failed(int code, const std::string& named) {
  const bool missing = code == ENOENT || code == ENOTDIR;
  const char* cure = missing          ? ": create it with the secret in it, mode 600"
                     : code == EACCES ? ": make it this user's, mode 600"
                                      : "";
  return Error{missing ? Errc::not_found : Errc::io,
               named + ": " + std::generic_category().message(code) + cure};
}

}  // namespace

Result<Secret> read_small_file(const std::string& path, const std::string& named) {
  // O_NONBLOCK: a named pipe must not hang the start; it is refused below.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.fd < 0) return failed(errno, named);
  struct stat status {};
  if (::fstat(file.fd, &status) != 0) return failed(errno, named);
  if (!S_ISREG(status.st_mode)) return Error{Errc::rejected, named + ": is not a file"};
  if ((status.st_mode & S_IROTH) != 0)
    log::warning("every user of this machine may read a secret's file: chmod 600 it",
                 {log::field("secret", named)});
  std::string text(bytes_max + 1, '\0');  // full size at once: growing would leave unwiped copies
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(file.fd, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(errno, named);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > bytes_max) return Error{Errc::rejected, named + ": is larger than 64 KiB: this is no secret"};
  text.resize(size);
  return Secret(std::move(text));
}

Result<Secret> read_file(const std::string& path, const std::string& named) {
  CALSYNC_TRY(secret, "file", read_small_file(path, named));
  std::string_view bytes = secret.reveal();
  if (bytes.ends_with('\n')) bytes.remove_suffix(bytes.ends_with("\r\n") ? 2 : 1);  // as editors end a line
  return Secret(std::string(bytes));
}

}  // namespace calsync::secret_places
