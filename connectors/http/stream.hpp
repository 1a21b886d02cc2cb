// One accepted connection, plain or TLS, for a server that keeps its own deadlines.
// Owner:    a session.
// Runs on:  the loop.
// Blocks:   never; every call waits until done, failed or cancel().
// Promises: cancel() ends what is waiting now and everything asked for later, at once.
// Fails:    by an error code; the connection is then only good for close().
#pragma once
#include "connectors/http/tls.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <string_view>

namespace boost::asio::ssl {
template <class Stream>
class stream;
}

namespace calsync {

class HttpStream {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Code = boost::system::error_code;

  HttpStream(Socket socket, const TlsContext& tls);  // tls null: plain
  ~HttpStream();
  HttpStream(const HttpStream&) = delete;
  HttpStream& operator=(const HttpStream&) = delete;

  boost::asio::awaitable<Code> handshake();
  boost::asio::awaitable<std::size_t> read_some(boost::asio::mutable_buffer into, Code& ec);
  boost::asio::awaitable<Code> write(std::string_view bytes);
  // Nothing more from us; then the client's bytes are thrown away until it ends, so that a client that is
  // still sending reads our answer instead of a reset (RFC 9112 §9.6).
  boost::asio::awaitable<void> linger(std::size_t bytes_max);

  [[nodiscard]] bool has_bytes_waiting();
  void interrupt();  // what waits now ends with operation_aborted; the connection stays usable
  void cancel();     // for good
  void close();

 private:
  using Tls = boost::asio::ssl::stream<Socket&>;
  Socket socket_;
  std::unique_ptr<Tls> tls_;
};

}  // namespace calsync
