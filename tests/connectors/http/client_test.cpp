#include "connectors/http/client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <filesystem>
#include <thread>

namespace calsync {
namespace {
namespace asio = boost::asio;
using asio::ip::tcp;
using testing::HasSubstr;

// A server of canned answers: connection by connection, request by request. "" closes without an answer.
template <class Protocol>
class Canned {
 public:
  Canned(typename Protocol::endpoint endpoint, std::vector<std::vector<std::string>> connections)
      : acceptor_(io_, endpoint),
        thread_([this, connections = std::move(connections)] { serve(connections); }) {}
  ~Canned() { thread_.join(); }
  auto endpoint() const { return acceptor_.local_endpoint(); }
  std::vector<std::string> requests;  // read it after the object's connections were used up

 private:
  void serve(const std::vector<std::vector<std::string>>& connections) {
    boost::system::error_code ignored;
    for (const auto& answers : connections) {
      typename Protocol::socket socket(io_);
      acceptor_.accept(socket, ignored);
      asio::streambuf buffer;
      for (const auto& answer : answers) {
        if (asio::read_until(socket, buffer, "\r\n\r\n", ignored) == 0) break;
        requests.emplace_back(asio::buffers_begin(buffer.data()), asio::buffers_end(buffer.data()));
        buffer.consume(buffer.size());
        asio::write(socket, asio::buffer(answer), ignored);
        if (answer.empty()) break;
      }
      socket.close(ignored);
    }
  }
  asio::io_context io_;
  typename Protocol::acceptor acceptor_;
  std::thread thread_;
};
using CannedTcp = Canned<tcp>;
const tcp::endpoint any_port{asio::ip::address_v4::loopback(), 0};
const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Mark: a\r\n\r\nhi";

HttpClientOptions quick() {
  HttpClientOptions options;
  options.timeout = std::chrono::seconds{5};
  return options;
}
HttpClient client_of(const CannedTcp& server, HttpClientOptions options = quick()) {
  HttpUrl url;
  url.host = "127.0.0.1";
  url.port = server.endpoint().port();
  return std::move(*HttpClient::to(url, std::move(options)));
}

TEST(HttpUrl, IsReadWithItsDefaults) {
  struct Row {
    const char *text, *origin, *target;
  };
  for (const Row& row : {Row{"http://127.0.0.1:8787/hooks/main", "http://127.0.0.1:8787", "/hooks/main"},
                         Row{"https://hooks.example.org", "https://hooks.example.org:443", "/"},
                         Row{"http://[::1]:1/x?y=1", "http://[::1]:1", "/x?y=1"},
                         Row{"HTTP://localhost?a=b", "http://localhost:80", "/?a=b"}}) {
    const auto url = parse_http_url(row.text);
    ASSERT_TRUE(url) << row.text << ": " << url.error().text();
    EXPECT_EQ(url->origin(), row.origin);
    EXPECT_EQ(url->target, row.target);
  }
}

TEST(HttpUrl, RefusesWhatCouldGoElsewhere) {
  for (const char* text : {"", "localhost:80", "ftp://x/", "http://", "http://u:p@x/", "http://x/#f",
                           "http://x:0/", "http://x:99999/", "unix:/x", "http://x y/"})
    EXPECT_FALSE(parse_http_url(text)) << text;
}

TEST(HttpClient, SendsWhatItWasGivenAndReadsTheAnswer) {
  CannedTcp server(any_port, {{ok}});
  auto client = client_of(server);
  HttpRequest request;
  request.method = "POST";
  request.target = "/hooks/main";
  request.headers = {{"X-Cal-Signature-256", "ab"}};
  request.body = "body";
  const auto answer = client.send(request);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->status, 200U);
  EXPECT_EQ(answer->body, "hi");
  EXPECT_EQ(answer->header("x-mark"), "a");
  ASSERT_EQ(server.requests.size(), 1U);
  EXPECT_THAT(server.requests[0], HasSubstr("POST /hooks/main HTTP/1.1\r\n"));
  EXPECT_THAT(server.requests[0], HasSubstr("X-Cal-Signature-256: ab\r\n"));
  EXPECT_THAT(server.requests[0], HasSubstr("Content-Length: 4\r\n"));
}

TEST(HttpClient, RepeatsOnceOnAFreshConnectionWhenAKeptOneWasClosed) {
  CannedTcp server(any_port, {{ok, ""}, {ok}});
  auto client = client_of(server);
  ASSERT_TRUE(client.send({}));
  const auto second = client.send({});
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_EQ(server.requests.size(), 3U);
}

TEST(HttpClient, NeverRepeatsWhatMustNotArriveTwice) {
  CannedTcp server(any_port, {{ok, ""}});
  auto client = client_of(server);
  ASSERT_TRUE(client.send({}));
  HttpRequest once;
  once.repeatable = false;
  const auto second = client.send(once);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::unavailable);
}

TEST(HttpClient, TakesAnAnswerThatComesWhileTheBodyIsOnItsWay) {
  const std::string refused =
      "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 8\r\n\r\ntoo big\n";
  CannedTcp server(any_port, {{refused}, {ok}});
  auto client = client_of(server);
  const std::string body(16U << 20U, 'x');  // more than sockets hold
  HttpRequest large;
  large.method = "POST";
  large.body = body;
  const auto answer = client.send(large);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->status, 413U);
  EXPECT_EQ(answer->body, "too big\n");
  const auto next = client.send({});  // on a fresh connection: the old one is half written
  ASSERT_TRUE(next) << next.error().text();
  EXPECT_EQ(next->status, 200U);
}

TEST(HttpClient, TellsEachFailureApart) {
  {
    CannedTcp server(any_port, {{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'x')}});
    auto options = quick();
    options.body_limit = 99;
    EXPECT_EQ(client_of(server, options).send({}).error().code, Errc::rejected);
  }
  {
    CannedTcp server(any_port, {{"SSH-2.0-OpenSSH\r\n\r\n"}});
    EXPECT_EQ(client_of(server).send({}).error().code, Errc::rejected);
  }
  {
    HttpUrl url;
    url.host = "127.0.0.1";
    url.port = 1;  // tcpmux: nobody
    EXPECT_EQ(HttpClient::to(url, quick())->send({}).error().code, Errc::unavailable);
  }
}

TEST(HttpClient, GivesUpAfterItsTimeAndWhenAskedToStop) {
  asio::io_context io;
  tcp::acceptor silent(io, any_port);  // the kernel connects, nobody answers
  HttpUrl url;
  url.host = "127.0.0.1";
  url.port = silent.local_endpoint().port();
  auto options = quick();
  options.timeout = std::chrono::milliseconds{50};
  EXPECT_EQ(HttpClient::to(url, options)->send({}).error().code, Errc::timeout);

  std::stop_source stop;
  options.timeout = std::chrono::minutes{5};
  options.stop = stop.get_token();
  auto client = std::move(*HttpClient::to(url, options));
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_EQ(client.send({}).error().code, Errc::cancelled);
  EXPECT_EQ(client.send({}).error().code, Errc::cancelled) << "and stays stopped";
}

TEST(HttpClient, SpeaksOverAUnixSocket) {
  const auto path =
      std::filesystem::temp_directory_path() / ("calsync-client-" + std::to_string(::getpid()) + ".sock");
  std::filesystem::remove(path);
  {
    Canned<asio::local::stream_protocol> server(path.string(), {{ok, ok}});
    auto client = std::move(*HttpClient::to_unix_socket(path.string(), quick()));
    ASSERT_TRUE(client.send({}));
    ASSERT_TRUE(client.send({}));
    EXPECT_THAT(server.requests.at(1), HasSubstr("Host: localhost\r\n"));
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace calsync
