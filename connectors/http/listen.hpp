// Listening sockets by plain system calls, so that TCP, unix and inherited ones are one kind of descriptor.
// Runs on:  any thread.
// Blocks:   only where a host name must be looked up (start-up).
#pragma once
#include "state/base/error.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace calsync {

// A name for connect() and bind() that always fits sockaddr_un (107 bytes): a longer path goes through
// /proc/self/fd/N of its folder. Keep the object until the call is over.
class SocketName {
 public:
  static Result<SocketName> of(const std::filesystem::path& socket);  // fails: not_found (no such folder)
  ~SocketName();
  SocketName(SocketName&& other) noexcept;
  SocketName& operator=(SocketName&& other) noexcept;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  SocketName() = default;
  std::string text_;
  int folder_ = -1;  // kept open while text_ goes through it
};

// Each gives a listening, non-blocking descriptor that the caller owns. Fails: conflict (in use), rejected,
// io.
Result<int> listen_tcp(std::string_view host_port);
// 0600; a stale one is replaced where nobody listens.
Result<int> listen_unix(const std::filesystem::path& socket);
Result<int> adopt_listening(int descriptor);  // refuses what is no listening stream socket, TCP or unix

// "127.0.0.1:9464", "[::1]:9464", or "" for a unix socket; the port of it, or 0.
std::string local_address(int descriptor);
std::uint16_t local_port(int descriptor);

}  // namespace calsync
