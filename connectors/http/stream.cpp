#include "connectors/http/stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace calsync {

namespace {
namespace asio = boost::asio;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
}  // namespace

HttpStream::HttpStream(Socket socket, const TlsContext& tls) : socket_(std::move(socket)) {
  Code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  if (tls) tls_ = std::make_unique<Tls>(socket_, *tls);
}
HttpStream::~HttpStream() = default;

asio::awaitable<HttpStream::Code> HttpStream::handshake() {
  if (!tls_) co_return Code{};
  auto [ec] = co_await tls_->async_handshake(asio::ssl::stream_base::server, as_tuple);
  co_return ec;
}

asio::awaitable<std::size_t> HttpStream::read_some(asio::mutable_buffer into, Code& ec) {
  if (!tls_) co_return co_await socket_.async_read_some(into, asio::redirect_error(asio::use_awaitable, ec));
  co_return co_await tls_->async_read_some(into, asio::redirect_error(asio::use_awaitable, ec));
}

asio::awaitable<HttpStream::Code> HttpStream::write(std::string_view bytes) {
  const asio::const_buffer from(bytes.data(), bytes.size());
  Code ec;
  if (tls_)
    co_await asio::async_write(*tls_, from, asio::redirect_error(asio::use_awaitable, ec));
  else
    co_await asio::async_write(socket_, from, asio::redirect_error(asio::use_awaitable, ec));
  co_return ec;
}

asio::awaitable<void> HttpStream::linger(std::size_t bytes_max) {
  if (tls_) co_await tls_->async_shutdown(as_tuple);
  Code ec;
  socket_.shutdown(Socket::shutdown_send, ec);
  std::array<char, 4096> scrap{};
  for (std::size_t seen = 0; !ec && seen < bytes_max;) {
    seen +=
        co_await socket_.async_read_some(asio::buffer(scrap), asio::redirect_error(asio::use_awaitable, ec));
  }
}

bool HttpStream::has_bytes_waiting() {
  Code ec;
  return socket_.available(ec) > 0 && !ec;
}

void HttpStream::interrupt() {
  Code ignored;
  socket_.cancel(ignored);
}

void HttpStream::cancel() {
  Code ignored;
  socket_.shutdown(Socket::shutdown_both, ignored);  // later calls find the end, too
  socket_.cancel(ignored);
}

void HttpStream::close() {
  Code ignored;
  socket_.close(ignored);
}

}  // namespace calsync
