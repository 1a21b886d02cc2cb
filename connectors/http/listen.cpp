#include "connectors/http/listen.hpp"

#include "state/base/host_port.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <system_error>
#include <unistd.h>

namespace calsync {
namespace {

constexpr int backlog = 128;

std::string reason(int error) {
  return std::generic_category().message(error);
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  [[nodiscard]] int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

Error cannot_listen(std::string_view where, int error) {
  const Errc code = error == EADDRINUSE ? Errc::conflict : error == EADDRNOTAVAIL ? Errc::rejected : Errc::io;
  return Error{code, "cannot listen on " + std::string(where) + ": " + reason(error)};
}

Result<sockaddr_un> unix_address(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() >= sizeof address.sun_path) return Error{Errc::rejected, "socket path too long: " + name};
  name.copy(static_cast<char*>(address.sun_path), name.size());
  return address;
}

bool somebody_listens(const sockaddr_un& address) {
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
         errno == EAGAIN;
}

sockaddr_storage local_endpoint(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    address.ss_family = AF_UNSPEC;
  return address;
}

// Of any other it could not be said who reaches it.
bool known_family(sa_family_t family) {
  return family == AF_INET || family == AF_INET6 || family == AF_UNIX;
}

}  // namespace

Result<SocketName> SocketName::of(const std::filesystem::path& socket) {
  SocketName name;
  name.text_ = socket.string();
  if (name.text_.size() < sizeof(sockaddr_un::sun_path)) return name;
  const auto folder = socket.parent_path();
  name.folder_ = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (name.folder_ < 0)
    return Error{Errc::not_found, "cannot open " + folder.string() + ": " + reason(errno)};
  name.text_ = "/proc/self/fd/" + std::to_string(name.folder_) + "/" + socket.filename().string();
  return name;
}

SocketName::~SocketName() {
  if (folder_ >= 0) ::close(folder_);
}
SocketName::SocketName(SocketName&& other) noexcept
    : text_(std::move(other.text_)), folder_(std::exchange(other.folder_, -1)) {}
SocketName& SocketName::operator=(SocketName&& other) noexcept {
  std::swap(text_, other.text_);
  std::swap(folder_, other.folder_);
  return *this;
}

Result<int> listen_tcp(std::string_view host_port) {
  CALSYNC_TRY(where, "listen", parse_host_port(host_port));
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int bad = ::getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &hints, &found);
      bad != 0)
    return Error{Errc::rejected, "cannot listen on " + std::string(host_port) + ": " + ::gai_strerror(bad)};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, &::freeaddrinfo);
  int last_error = EADDRNOTAVAIL;
  for (const addrinfo* at = list.get(); at != nullptr; at = at->ai_next) {
    Descriptor made(::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, at->ai_protocol));
    const int on = 1;
    if (made.get() >= 0 && ::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        ::bind(made.get(), at->ai_addr, at->ai_addrlen) == 0 && ::listen(made.get(), backlog) == 0)
      return made.release();
    last_error = errno;
  }
  return cannot_listen(host_port, last_error);
}

Result<int> listen_unix(const std::filesystem::path& socket) {
  CALSYNC_TRY(name, "listen", SocketName::of(socket));
  CALSYNC_TRY(address, "listen", unix_address(name.text()));
  Descriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (made.get() < 0) return cannot_listen(socket.string(), errno);
  const auto bound = [&] {
    return ::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  };
  if (bound() != 0) {
    if (errno != EADDRINUSE) return cannot_listen(socket.string(), errno);
    if (somebody_listens(address))
      return Error{Errc::conflict, "another process listens on " + socket.string()};
    if (::unlink(name.text().c_str()) != 0 || bound() != 0) return cannot_listen(socket.string(), errno);
  }
  // Nobody can connect before listen(), so the mode is right before the first caller.
  if (::chmod(name.text().c_str(), S_IRUSR | S_IWUSR) != 0 || ::listen(made.get(), backlog) != 0)
    return cannot_listen(socket.string(), errno);
  return made.release();
}

Result<int> adopt_listening(int descriptor) {
  int listening = 0;
  int type = 0;
  socklen_t size = sizeof listening;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 ||
      ::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || listening == 0 ||
      type != SOCK_STREAM || !known_family(local_endpoint(descriptor).ss_family))
    return Error{Errc::rejected,
                 "descriptor " + std::to_string(descriptor) +
                     " is no listening stream socket: check ListenStream= of the socket unit"};
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
  return descriptor;
}

std::string local_address(int descriptor) {
  const sockaddr_storage address = local_endpoint(descriptor);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text.data(), text.size());
    return std::string(text.data()) + ":" + std::to_string(local_port(descriptor));
  }
  if (address.ss_family != AF_INET6) return "";
  ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, text.data(), text.size());
  return "[" + std::string(text.data()) + "]:" + std::to_string(local_port(descriptor));
}

std::uint16_t local_port(int descriptor) {
  const sockaddr_storage address = local_endpoint(descriptor);
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return 0;
}

}  // namespace calsync
