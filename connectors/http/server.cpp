#include "connectors/http/server.hpp"

#include "connectors/async/bugs.hpp"
#include "connectors/http/listen.hpp"
#include "connectors/http/server_policy.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <sys/socket.h>

#include <list>
#include <poll.h>
#include <unistd.h>

namespace calsync {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace {

using Protocol = asio::generic::stream_protocol;
using Stream = beast::basic_stream<Protocol>;
constexpr auto as_pair = asio::as_tuple(asio::use_awaitable);

// Also where more bytes lie in front of the end. A client that only ends its sending counts as gone: it does
// not say that it still listens, and gets its answer all the same, only sooner.
bool peer_has_left(int descriptor) {
  pollfd asked{descriptor, POLLRDHUP, 0};
  return ::poll(&asked, 1, 0) > 0;
}

int pid_of_peer(int descriptor) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : 0;
}

struct Session {
  explicit Session(Protocol::socket socket) : stream(std::move(socket)) {}
  Stream stream;
  beast::flat_buffer buffer;
  asio::cancellation_signal cancel;
  std::string local_address;
  int peer_pid = 0;
  bool idle = true;  // no request under way
};

class Core : public std::enable_shared_from_this<Core> {
 public:
  Core(asio::io_context& io, ServerOptions options, ServerHandler handler, int descriptor)
      : options_(std::move(options)),
        handler_(std::move(handler)),
        acceptor_(io),
        room_(io),
        local_(calsync::local_address(descriptor)),
        port_(calsync::local_port(descriptor)) {
    acceptor_.assign(Protocol(local_.empty() ? AF_UNIX : AF_INET, 0), descriptor);
    room_.expires_at(std::chrono::steady_clock::time_point::max());
  }

  void start() { asio::co_spawn(acceptor_.get_executor(), accept_all(shared_from_this()), BugsToTheLoop{}); }
  void stop() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    room_.cancel();
    for (const auto& session : sessions_) cut(*session);
  }
  [[nodiscard]] std::size_t connections() const { return open_; }
  [[nodiscard]] const std::string& local() const { return local_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  using SessionAt = std::list<std::shared_ptr<Session>>::iterator;

  static void cut(Session& session) {
    session.stream.cancel();
    session.cancel.emit(asio::cancellation_type::terminal);
  }
  static asio::awaitable<void> accept_all(std::shared_ptr<Core> self);
  static asio::awaitable<void> serve(std::shared_ptr<Core> self, std::shared_ptr<Session> session);
  asio::awaitable<void> wait_for_room();
  void cut_idle();
  void open_session(Protocol::socket socket);
  asio::awaitable<bool> serve_one(Session& session);
  asio::awaitable<bool> write(Session& session, ServerResponse response, bool keep_alive, bool head);
  asio::awaitable<bool> stream(Session& session, ServerResponse response);
  asio::awaitable<ServerResponse> handle(ServerRequest request);
  [[nodiscard]] ServerResponse refusal(const boost::system::error_code& error) const;

  ServerOptions options_;
  ServerHandler handler_;
  asio::basic_socket_acceptor<Protocol> acceptor_;
  asio::steady_timer room_;  // never expires; cancelled when a session ends or falls idle
  std::list<std::shared_ptr<Session>> sessions_;
  std::atomic<std::size_t> open_{0};
  std::string local_;
  std::uint16_t port_;
};

// At the limit, when somebody new knocks: the connection that waits idle the longest goes; where all are
// busy, the backlog waits until one is not.
asio::awaitable<void> Core::wait_for_room() {
  while (acceptor_.is_open() && sessions_.size() >= options_.connections) {
    const auto [error] = co_await acceptor_.async_wait(asio::socket_base::wait_read, as_pair);
    if (error || sessions_.size() < options_.connections) co_return;
    cut_idle();
    co_await room_.async_wait(as_pair);
  }
}

void Core::cut_idle() {
  const auto idle = std::ranges::find_if(sessions_, [](const auto& session) { return session->idle; });
  if (idle != sessions_.end()) cut(**idle);
}

asio::awaitable<void> Core::accept_all(std::shared_ptr<Core> self) {
  asio::steady_timer pause(self->acceptor_.get_executor());
  while (self->acceptor_.is_open()) {
    co_await self->wait_for_room();
    auto [error, socket] = co_await self->acceptor_.async_accept(as_pair);
    if (!self->acceptor_.is_open()) co_return;
    if (!error) {
      self->open_session(std::move(socket));
      continue;
    }
    // Out of descriptors: the next accept would fail at once, unless somebody goes.
    self->cut_idle();
    pause.expires_after(std::chrono::milliseconds{100});
    co_await pause.async_wait(as_pair);
  }
}

void Core::open_session(Protocol::socket socket) {
  auto session = std::make_shared<Session>(std::move(socket));
  session->local_address =
      local_.empty() ? "" : calsync::local_address(session->stream.socket().native_handle());
  session->peer_pid = local_.empty() ? pid_of_peer(session->stream.socket().native_handle()) : 0;
  const auto at = sessions_.insert(sessions_.end(), session);
  open_ = sessions_.size();
  asio::co_spawn(acceptor_.get_executor(), serve(shared_from_this(), session),
                 asio::bind_cancellation_slot(session->cancel.slot(),
                                              [self = shared_from_this(), at](const std::exception_ptr&) {
                                                self->sessions_.erase(at);
                                                self->open_ = self->sessions_.size();
                                                self->room_.cancel();
                                              }));
}

asio::awaitable<void> Core::serve(std::shared_ptr<Core> self, std::shared_ptr<Session> session) {
  while (co_await self->serve_one(*session)) {
    session->idle = true;
    self->room_.cancel();
  }
  // Half-close, then read what the client still sends: closing on unread bytes would reset the answer away.
  boost::system::error_code ignored;
  session->stream.socket().shutdown(Protocol::socket::shutdown_send, ignored);
  session->stream.expires_after(std::chrono::seconds{1});
  std::array<char, 4096> rest{};
  for (;;) {
    const auto [error, got] = co_await session->stream.async_read_some(asio::buffer(rest), as_pair);
    if (error) co_return;
  }
}

ServerResponse Core::refusal(const boost::system::error_code& error) const {
  if (error == http::error::header_limit)
    return error_response(431, "too_large",
                          "the header is longer than " + std::to_string(options_.header_bytes) + " bytes");
  if (error == http::error::body_limit)
    return error_response(413, "too_large",
                          "the body is longer than " + std::to_string(options_.body_bytes) + " bytes");
  return error_response(400, "bad_request", "this is no HTTP/1.1 request");
}

// One request and its answer. True: the connection may carry another one.
asio::awaitable<bool> Core::serve_one(Session& session) {
  Stream& stream = session.stream;
  http::request_parser<http::string_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(options_.header_bytes));
  parser.body_limit(options_.body_bytes);
  if (session.buffer.size() == 0) {
    stream.expires_after(options_.idle_limit);
    const auto [error, got] = co_await stream.async_read_some(session.buffer.prepare(4096), as_pair);
    if (error) co_return false;
    session.buffer.commit(got);
  }
  session.idle = false;
  stream.expires_after(options_.header_limit);
  if (const auto [error, got] = co_await http::async_read_header(stream, session.buffer, parser, as_pair);
      error) {
    if (error != http::error::end_of_stream && error != http::error::partial_message)
      co_await write(session, refusal(error), false, false);
    co_return false;
  }
  if (auto refused = refuse_header(parser.get().base()))
    co_return co_await write(session, *std::move(refused), false, false);
  if (!local_.empty() &&
      !host_is_ours(parser.get()[http::field::host], session.local_address, options_.hosts))
    co_return co_await write(session,
                             error_response(403, "forbidden", "this Host name is not served: use " + local_),
                             false, false);
  stream.expires_after(options_.body_limit);
  if (const auto [error, got] = co_await http::async_read(stream, session.buffer, parser, as_pair); error) {
    co_await write(session, refusal(error), false, false);
    co_return false;
  }
  auto request = to_server_request(parser.get().base());
  if (!request)
    co_return co_await write(session, error_response(400, "bad_request", request.error().what), false, false);
  request->body = std::move(parser.get().body());
  request->peer_pid = session.peer_pid;
  request->peer_left = [descriptor = stream.socket().native_handle()] { return peer_has_left(descriptor); };
  const bool head = parser.get().method() == http::verb::head;
  stream.expires_never();
  auto response = co_await handle(*std::move(request));
  co_return co_await write(session, std::move(response), parser.get().keep_alive(), head);
}

asio::awaitable<ServerResponse> Core::handle(ServerRequest request) {
  try {
    co_return co_await handler_(std::move(request));
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;  // the session is being cut
  } catch (const std::exception&) {  // what() may quote the request: it is not passed on
  }
  co_return error_response(500, "internal", "the handler failed");
}

template <class Message>
void fill_header(Message& message, const ServerResponse& response) {
  message.result(response.status);
  if (!response.content_type.empty()) message.set(http::field::content_type, response.content_type);
  message.set(http::field::cache_control, "no-store");
  message.set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.headers) message.set(name, value);
}

asio::awaitable<bool> Core::write(Session& session, ServerResponse response, bool keep_alive, bool head) {
  if (response.next_piece && !head) co_return co_await stream(session, std::move(response));
  http::response<http::string_body> message;
  fill_header(message, response);
  message.keep_alive(keep_alive);
  if (response.status == 204)
    message.erase(http::field::content_type);
  else
    message.content_length(response.body.size());
  if (!head) message.body() = std::move(response.body);
  session.stream.expires_after(options_.write_limit);
  http::serializer<false, http::string_body> serializer(message);
  boost::system::error_code failed;
  if (head)
    failed = std::get<0>(co_await http::async_write_header(session.stream, serializer, as_pair));
  else
    failed = std::get<0>(co_await http::async_write(session.stream, serializer, as_pair));
  co_return !failed && keep_alive;
}

// False, always: who reads to the end knows it by the last chunk, and the connection is not used again.
asio::awaitable<bool> Core::stream(Session& session, ServerResponse response) {
  http::response<http::empty_body> message;
  fill_header(message, response);
  message.keep_alive(false);
  message.chunked(true);
  http::response_serializer<http::empty_body> serializer(message);
  session.stream.expires_after(options_.write_limit);
  boost::system::error_code failed =
      std::get<0>(co_await http::async_write_header(session.stream, serializer, as_pair));
  std::optional<std::string> piece = std::move(response.body);
  while (!failed && piece) {
    session.stream.expires_after(options_.write_limit);
    if (!piece->empty())  // an empty chunk is the last one
      failed = std::get<0>(
          co_await asio::async_write(session.stream, http::make_chunk(asio::buffer(*piece)), as_pair));
    session.stream.expires_never();
    if (!failed) piece = co_await response.next_piece();
  }
  session.stream.expires_after(options_.write_limit);
  if (!failed) co_await asio::async_write(session.stream, http::make_chunk_last(), as_pair);
  co_return false;
}

class Server final : public HttpServer {
 public:
  Server(std::shared_ptr<Core> core, std::string name) : core_(std::move(core)), name_(std::move(name)) {}
  [[nodiscard]] std::string address() const override { return name_.empty() ? core_->local() : name_; }
  [[nodiscard]] std::uint16_t port() const override { return core_->port(); }
  [[nodiscard]] std::size_t connections() const override { return core_->connections(); }
  void stop() override { core_->stop(); }

 private:
  std::shared_ptr<Core> core_;
  std::string name_;  // of a unix socket
};

Result<int> listening_descriptor(const ServerOptions& options) {
  if (options.inherited_socket) return adopt_listening(*options.inherited_socket);
  return options.unix_socket.empty() ? listen_tcp(options.listen) : listen_unix(options.unix_socket);
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::start(asio::io_context& io, ServerOptions options,
                                                      ServerHandler handler) {
  CALSYNC_TRY(descriptor, "start HTTP server", listening_descriptor(options));
  const std::string name = options.unix_socket.string();
  auto core = std::make_shared<Core>(io, std::move(options), std::move(handler), descriptor);
  core->start();
  return std::unique_ptr<HttpServer>(std::make_unique<Server>(std::move(core), name));
}

}  // namespace calsync
