// The small HTTP server over real sockets, spoken to in raw bytes.
#include "connectors/http/server.hpp"

#include "connectors/async/bugs.hpp"
#include "connectors/http/listen.hpp"
#include "connectors/http/server_policy.hpp"

#include <arpa/inet.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <filesystem>
#include <future>
#include <thread>
#include <unistd.h>

namespace calsync {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Client {
 public:
  static Client tcp(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return Client(AF_INET, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  static Client unix_socket(const fs::path& path) {
    const auto name = SocketName::of(path);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name->text().copy(static_cast<char*>(address.sun_path), name->text().size());
    return Client(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  Client(Client&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Client(const Client&) = delete;
  Client& operator=(Client&&) = delete;
  ~Client() {
    if (fd_ >= 0) ::close(fd_);
  }

  Client& send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return *this;
  }
  std::string until_closed() {
    return read([](const std::string&) { return false; });
  }
  std::string until(std::string_view end) {
    return read([end](const std::string& all) { return all.ends_with(end); });
  }

 private:
  Client(int family, const sockaddr* address, socklen_t size)
      : fd_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    EXPECT_EQ(::connect(fd_, address, size), 0);
    const timeval limit{10, 0};  // a server that hangs fails the test instead of hanging it
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  std::string read(const std::function<bool(const std::string&)>& done) {
    std::string all;
    std::array<char, 4096> piece{};
    while (!done(all)) {
      const auto got = ::recv(fd_, piece.data(), piece.size(), 0);
      if (got < 0) ADD_FAILURE() << "no end within 10 s, or reset, after: " << all;
      if (got <= 0) break;
      all.append(piece.data(), static_cast<std::size_t>(got));
    }
    return all;
  }
  int fd_;
};

// A server on a thread of its own.
class Running {
 public:
  explicit Running(ServerHandler handler, ServerOptions options = {}) {
    if (options.unix_socket.empty() && !options.inherited_socket) options.listen = "127.0.0.1:0";
    auto started = HttpServer::start(io_, std::move(options), std::move(handler));
    EXPECT_TRUE(started) << started.error().text();
    server_ = *std::move(started);
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Running() {
    if (thread_.joinable()) stop();
  }
  void stop() {
    asio::post(io_, [this] { server_->stop(); });
    thread_.join();  // returns only when no connection is left
  }
  Client client() { return Client::tcp(server_->port()); }
  HttpServer& operator*() { return *server_; }
  HttpServer* operator->() { return server_.get(); }

 private:
  asio::io_context io_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

asio::awaitable<ServerResponse> echo(ServerRequest request) {
  std::string text = request.method + " " + request.path;
  for (const auto& [name, value] : request.query) text += "|" + name + "=" + value;
  text += "|" + std::string(request.header("x-test")) + "|" + request.body;
  co_return ServerResponse{.content_type = "text/plain", .body = text};
}

fs::path temp_dir() {
  std::string name = (fs::temp_directory_path() / "calsync-server-XXXXXX").string();
  return ::mkdtemp(name.data());
}

TEST(HttpServer, HandsOverMethodPathQueryHeadersAndBody) {
  Running server(echo);
  const std::string answer = server.client()
                                 .send(
                                     "POST /a%20b?x=1%2F2&y HTTP/1.1\r\nHost: localhost\r\nX-Test: "
                                     "T\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody")
                                 .until_closed();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\nPOST /a b|x=1/2|y=|T|body"));
}

TEST(HttpServer, ServesManyRequestsOnOneConnectionAlsoWhenTheyArriveAtOnce) {
  Running server(echo);
  Client client = server.client();
  const std::string request = "GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
  EXPECT_THAT(client.send(request).until("GET /1||"), StartsWith("HTTP/1.1 200"));
  const std::string two =
      client.send(request + "GET /2 HTTP/1.1\r\nHost: localhost\r\n\r\n").until("GET /2||");
  EXPECT_THAT(two, HasSubstr("GET /1||HTTP/1.1 200"));
}

TEST(HttpServer, AnswersHeadWithTheLengthAndWithoutTheBody) {
  Running server(echo);
  const std::string answer =
      server.client().send("HEAD /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").until_closed();
  EXPECT_THAT(answer, HasSubstr("Content-Length: 9\r\n"));  // "HEAD /x||"
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

struct Refused {
  const char* story;
  std::string request;
  const char* status;
};
class RefusedTest : public testing::TestWithParam<Refused> {};
TEST_P(RefusedTest, IsToldWhyAndCut) {
  bool handled = false;
  Running server(
      [&handled](ServerRequest request) {
        handled = true;
        return echo(std::move(request));
      },
      {.header_bytes = 1024, .body_bytes = 1000});
  const std::string answer = server.client().send(GetParam().request).until_closed();
  server.stop();
  EXPECT_THAT(answer, StartsWith(std::string("HTTP/1.1 ") + GetParam().status)) << GetParam().story;
  EXPECT_THAT(answer, HasSubstr("{\"error\":{\"code\":"));
  EXPECT_FALSE(handled) << GetParam().story;
}
const std::string get = "GET / HTTP/1.1\r\nHost: localhost\r\n";
INSTANTIATE_TEST_SUITE_P(
    Table, RefusedTest,
    testing::Values(
        Refused{"no HTTP", "hello\r\n\r\n", "400"}, Refused{"no Host", "GET / HTTP/1.1\r\n\r\n", "400"},
        Refused{"two Hosts", get + "Host: localhost\r\n\r\n", "400"},
        Refused{"a name that is not ours", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "403"},
        Refused{"a long header", get + "X: " + std::string(2000, 'x') + "\r\n\r\n", "431"},
        Refused{"a long body", get + "Content-Length: 1001\r\n\r\n" + std::string(1001, 'x'), "413"},
        Refused{"a long chunked body",
                get + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n",
                "413"},
        Refused{"an encoding that two parsers may read differently",
                get + "Transfer-Encoding: xchunked\r\n\r\n", "400"},
        Refused{"a packed body", get + "Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", "400"},
        Refused{"a target that is no path", "GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "400"},
        Refused{"a broken escape", "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", "400"}));

struct HostCase {
  const char* host;
  const char* local;
  bool ours;
};
class HostTest : public testing::TestWithParam<HostCase> {};
TEST_P(HostTest, ANameOfThisMachineIsServedAndNoOther) {
  EXPECT_EQ(host_is_ours(GetParam().host, GetParam().local, {"calsync.internal"}), GetParam().ours)
      << GetParam().host;
}
INSTANTIATE_TEST_SUITE_P(
    Table, HostTest,
    testing::Values(
        HostCase{"localhost", "127.0.0.1:9464", true}, HostCase{"LOCALHOST:9464", "127.0.0.1:9464", true},
        HostCase{"127.0.0.1:9464", "127.0.0.1:9464", true}, HostCase{"127.8.8.8", "127.0.0.1:9464", true},
        HostCase{"[::1]:9464", "[::1]:9464", true}, HostCase{"10.0.0.5:9464", "10.0.0.5:9464", true},
        HostCase{"10.0.0.6:9464", "10.0.0.5:9464", false},
        HostCase{"calsync.internal:9464", "10.0.0.5:9464", true},
        HostCase{"localhost.evil.example", "127.0.0.1:9464", false},
        HostCase{"127.0.0.1.evil.example", "127.0.0.1:9464", false},
        HostCase{"[::1", "127.0.0.1:9464", false}, HostCase{"localhost:9@evil", "127.0.0.1:9464", false},
        HostCase{"localhost:", "127.0.0.1:9464", false}, HostCase{"localhost:65536", "127.0.0.1:9464", false},
        HostCase{"localhost:+9", "127.0.0.1:9464", false}, HostCase{"localhost:9:9", "127.0.0.1:9464", false},
        HostCase{"evil@localhost", "127.0.0.1:9464", false}, HostCase{"[::1]evil", "127.0.0.1:9464", false},
        HostCase{"[::1]:9@evil", "127.0.0.1:9464", false}, HostCase{"[::1%25evil]", "127.0.0.1:9464", false},
        HostCase{"[::1%lo]", "127.0.0.1:9464", false}, HostCase{"[127.0.0.1]", "127.0.0.1:9464", false},
        HostCase{"[localhost]", "127.0.0.1:9464", false}, HostCase{"[fd00::1]:9464", "[fd00::1]:9464", true},
        HostCase{"[fd00::2]:9464", "[fd00::1]:9464", false}, HostCase{"[::1]", "127.0.0.1:9464", true},
        HostCase{"::1", "[::1]:9464", false}, HostCase{"evil.example:9464", "127.0.0.1:9464", false},
        HostCase{"", "127.0.0.1:9464", false}));

TEST(HttpServer, CutsAClientThatSendsNothing) {
  Running server(echo, {.idle_limit = std::chrono::milliseconds{50}});
  EXPECT_EQ(server.client().until_closed(), "");
}

TEST(HttpServer, CutsAClientThatNeverEndsItsHeader) {
  Running server(echo, {.header_limit = std::chrono::milliseconds{50}});
  EXPECT_EQ(server.client().send("GET / HTTP/1.1\r\nHost: local").until_closed(), "");
}

TEST(HttpServer, CutsAClientThatNeverEndsItsBody) {
  Running server(echo, {.body_limit = std::chrono::milliseconds{50}});
  EXPECT_EQ(server.client().send(get + "Content-Length: 10\r\n\r\n123").until_closed(), "");
}

TEST(HttpServer, MakesRoomForANewClientByCuttingTheOneThatIsIdleLongest) {
  Running server(echo, {.connections = 2});
  Client first = server.client();
  Client second = server.client();
  first.send(get + "\r\n").until("GET /||");
  second.send(get + "\r\n").until("GET /||");
  Client third = server.client();
  EXPECT_THAT(third.send(get + "\r\n").until("GET /||"), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(first.until_closed(), "");
  EXPECT_THAT(second.send(get + "\r\n").until("GET /||"), StartsWith("HTTP/1.1 200"));
  EXPECT_LE(server->connections(), 2U);
}

TEST(HttpServer, AHandlerThatFailsCostsOneAnswerAndItsMessageStaysInside) {
  Running server([](ServerRequest request) -> asio::awaitable<ServerResponse> {
    if (request.path == "/bad") throw std::runtime_error("ana@example.org");
    return echo(std::move(request));
  });
  Client client = server.client();
  const std::string bad = client.send("GET /bad HTTP/1.1\r\nHost: localhost\r\n\r\n").until("}}");
  EXPECT_THAT(bad, StartsWith("HTTP/1.1 500"));
  EXPECT_THAT(bad, Not(HasSubstr("ana@")));
  EXPECT_THAT(client.send(get + "\r\n").until("GET /||"), StartsWith("HTTP/1.1 200"));
}

TEST(HttpServer, StoppingEndsRequestsThatAreStillBeingWaitedOn) {
  std::promise<void> entered;
  Running server([&entered](ServerRequest) -> asio::awaitable<ServerResponse> {
    asio::steady_timer forever(co_await asio::this_coro::executor, std::chrono::hours{1});
    entered.set_value();
    co_await forever.async_wait(asio::use_awaitable);
    co_return ServerResponse{};
  });
  Client client = server.client();
  client.send(get + "\r\n");
  entered.get_future().wait();
  server.stop();  // would not return
  EXPECT_EQ(client.until_closed(), "");
}

TEST(HttpServer, AHandlerCanSeeThatItsClientIsGone) {
  std::promise<void> entered;
  std::promise<int> peer;
  std::promise<bool> seen;
  const fs::path socket = temp_dir() / "control.sock";
  Running server(
      [&](ServerRequest request) -> asio::awaitable<ServerResponse> {
        peer.set_value(request.abandoned() ? -1 : request.peer_pid);
        asio::steady_timer pause(co_await asio::this_coro::executor);
        entered.set_value();
        for (int i = 0; i < 1000 && !request.abandoned(); ++i) {
          pause.expires_after(std::chrono::milliseconds{5});
          co_await pause.async_wait(asio::use_awaitable);
        }
        seen.set_value(request.abandoned());
        co_return ServerResponse{};
      },
      {.unix_socket = socket});
  {
    Client client = Client::unix_socket(socket);
    client.send(get + "\r\n" + get);
    entered.get_future().wait();
  }
  EXPECT_EQ(peer.get_future().get(), ::getpid());
  EXPECT_TRUE(seen.get_future().get());
}

TEST(HttpServer, ServesAUnixSocketThatOnlyItsOwnerMayOpen) {
  const fs::path socket = temp_dir() / "control.sock";
  Running server(echo, {.unix_socket = socket});
  EXPECT_EQ(fs::status(socket).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_THAT(Client::unix_socket(socket).send("GET / HTTP/1.0\r\n\r\n").until_closed(),
              StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(server->address(), socket.string());
}

TEST(HttpServer, ServesAUnixSocketWhosePathIsTooLongForTheSystem) {
  const fs::path folder = temp_dir() / std::string(90, 'a') / std::string(90, 'b');
  fs::create_directories(folder);
  Running server(echo, {.unix_socket = folder / "control.sock"});
  EXPECT_THAT(Client::unix_socket(folder / "control.sock").send("GET / HTTP/1.0\r\n\r\n").until_closed(),
              StartsWith("HTTP/1.1 200"));
}

TEST(HttpServer, ReplacesAStaleUnixSocketButNotOneThatSomebodyListensOn) {
  const fs::path socket = temp_dir() / "control.sock";
  ::close(*listen_unix(socket));  // the file stays, as after kill -9
  ASSERT_TRUE(fs::exists(socket));
  Running first(echo, {.unix_socket = socket});
  asio::io_context io;
  const auto second = HttpServer::start(io, {.unix_socket = socket}, echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::conflict);
  EXPECT_THAT(Client::unix_socket(socket).send("GET / HTTP/1.0\r\n\r\n").until_closed(),
              StartsWith("HTTP/1.1 200"));
}

TEST(HttpServer, TakesOverAListeningSocketAndRefusesAnyOther) {
  Running server(echo, {.inherited_socket = *listen_tcp("127.0.0.1:0")});
  EXPECT_THAT(server.client().send(get + "Connection: close\r\n\r\n").until_closed(),
              StartsWith("HTTP/1.1 200"));
  asio::io_context io;
  const int idle = ::socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(HttpServer::start(io, {.inherited_socket = idle}, echo).error().code, Errc::rejected);
  ::close(idle);
}

asio::awaitable<void> bug() {
  throw std::runtime_error("a bug");
  co_return;
}

TEST(HttpServer, WhatACoroutineThrowsThatNobodyWaitsForReachesWhoRunsTheLoop) {
  asio::io_context io;
  asio::co_spawn(io, bug(), BugsToTheLoop{});
  EXPECT_THROW(io.run(), std::runtime_error);
}

TEST(HttpServer, SaysWhyItCannotListen) {
  Running server(echo);
  asio::io_context io;
  const auto taken = HttpServer::start(io, {.listen = "127.0.0.1:" + std::to_string(server->port())}, echo);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::conflict);
  EXPECT_THAT(taken.error().what, HasSubstr("Address already in use"));
  EXPECT_EQ(HttpServer::start(io, {.listen = "nonsense"}, echo).error().code, Errc::rejected);
}

}  // namespace
}  // namespace calsync
