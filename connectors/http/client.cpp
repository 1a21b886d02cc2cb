#include "connectors/http/client.hpp"

#include "connectors/http/resolve.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <optional>
#include <variant>

namespace calsync {

namespace {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::use_awaitable;
using LocalStream = beast::basic_stream<asio::local::stream_protocol>;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
using Wire = std::variant<std::monostate, std::unique_ptr<beast::tcp_stream>, std::unique_ptr<TlsStream>,
                          std::unique_ptr<LocalStream>>;
using Request = http::request<http::span_body<const char>>;

struct Place {
  HttpUrl url;
  std::string socket;  // set: a unix socket, and `url` is not used
  [[nodiscard]] std::string text() const { return socket.empty() ? url.origin() : "unix:" + socket; }
  [[nodiscard]] std::string host_header() const {
    if (!socket.empty()) return "localhost";
    const std::string origin = url.origin();
    return origin.substr(origin.find("//") + 2);
  }
};

Request make_request(const Place& place, const HttpRequest& from) {
  Request request;
  request.version(11);
  request.method_string(from.method);
  request.target(from.target);
  request.set(http::field::host, place.host_header());
  request.set(http::field::user_agent, "calsync");
  for (const auto& [name, value] : from.headers) request.set(name, value);
  request.body() = {from.body.data(), from.body.size()};
  if (!from.body.empty() || from.method == "POST" || from.method == "PUT" || from.method == "PATCH")
    request.content_length(from.body.size());
  return request;
}

HttpAnswer make_answer(http::response<http::string_body>&& from) {
  HttpAnswer answer;
  answer.status = from.result_int();
  for (const auto& field : from) answer.headers.emplace_back(field.name_string(), field.value());
  answer.body = std::move(from.body());
  return answer;
}

Error explain(const boost::system::error_code& code, const Place& place, const std::string& ca_option) {
  const std::string where = place.text();
  if (code == beast::error::timeout) return {Errc::timeout, where + " did not answer in time"};
  if (code == asio::error::operation_aborted) return {Errc::cancelled, "interrupted"};
  if (code == http::error::body_limit || code == http::error::header_limit)
    return {Errc::rejected, where + " answered with more than is accepted"};
  if (code.category() == http::make_error_code(http::error::bad_method).category() &&
      code != http::error::end_of_stream && code != http::error::partial_message)
    return {Errc::rejected, where + " did not answer in HTTP: " + code.message()};
  if (code.category() == asio::error::get_ssl_category() && code != asio::ssl::error::stream_truncated)
    return {Errc::unauthorised,
            where + ": TLS failed: " + code.message() + " (another authority: " + ca_option + ")"};
  return {Errc::unavailable, where + ": " + code.message()};
}

bool closed_under_us(const boost::system::error_code& code) {
  return code == http::error::end_of_stream || code == asio::error::eof ||
         code == asio::error::connection_reset || code == asio::error::broken_pipe ||
         code == asio::ssl::error::stream_truncated;
}
}  // namespace

struct HttpClient::Impl {
  Place place;
  HttpClientOptions options;
  std::unique_ptr<asio::io_context> loop = std::make_unique<asio::io_context>(1);
  asio::ssl::context tls{asio::ssl::context::tls_client};
  Wire wire;
  Endpoints addresses;  // of `place`, for the connection that is being made
  std::chrono::steady_clock::time_point connect_until{};

  // Before the loop runs: it waits by itself.
  Result<void> look_up() {
    if (!std::holds_alternative<std::monostate>(wire) || !place.socket.empty()) return {};
    connect_until = std::chrono::steady_clock::now() + options.connect_timeout;
    CALSYNC_TRY(found, "look up", resolve(place.url.host, place.url.port, connect_until, options.stop));
    addresses = std::move(found);
    return {};
  }

  Result<void> prepare() {
    if (!place.socket.empty() || !place.url.tls) return {};
    boost::system::error_code code;
    tls.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1 |
                    asio::ssl::context::default_workarounds);
    tls.set_verify_mode(asio::ssl::verify_peer);
    tls.set_default_verify_paths(code);
    if (!options.ca_file.empty()) tls.load_verify_file(options.ca_file, code);
    if (code)
      return Error{Errc::rejected,
                   "cannot read the authorities in " + options.ca_file + ": " + code.message()};
    return {};
  }

  // `connect_timeout` holds for name, connection and handshake together.
  template <class Stream>
  asio::awaitable<void> connect_tcp(Stream& stream) {
    auto& lowest = beast::get_lowest_layer(stream);
    lowest.expires_at(connect_until);
    co_await lowest.async_connect(addresses, use_awaitable);
    lowest.socket().set_option(asio::ip::tcp::no_delay(true));
  }

  asio::awaitable<void> connect() {
    if (!place.socket.empty()) {
      auto stream = std::make_unique<LocalStream>(*loop);
      stream->expires_after(options.connect_timeout);
      co_await stream->async_connect(asio::local::stream_protocol::endpoint(place.socket), use_awaitable);
      wire = std::move(stream);
    } else if (place.url.tls) {
      auto stream = std::make_unique<TlsStream>(*loop, tls);
      boost::system::error_code not_an_address;
      asio::ip::make_address(place.url.host, not_an_address);
      if (not_an_address) SSL_set_tlsext_host_name(stream->native_handle(), place.url.host.c_str());
      stream->set_verify_callback(asio::ssl::host_name_verification(place.url.host));
      co_await connect_tcp(*stream);
      co_await stream->async_handshake(asio::ssl::stream_base::client, use_awaitable);
      wire = std::move(stream);
    } else {
      auto stream = std::make_unique<beast::tcp_stream>(*loop);
      co_await connect_tcp(*stream);
      wire = std::move(stream);
    }
  }

  template <class Stream>
  asio::awaitable<HttpAnswer> exchange(Stream& stream, const Request& request) {
    beast::get_lowest_layer(stream).expires_after(options.timeout);
    http::request_serializer<http::span_body<const char>> serializer(request);
    // A server that refuses by the header alone answers and closes while the body is on its way: its answer
    // counts.
    boost::system::error_code cut;
    co_await http::async_write(stream, serializer, asio::redirect_error(use_awaitable, cut));
    if (cut && !closed_under_us(cut)) throw boost::system::system_error(cut);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(options.body_limit);
    if (request.method() == http::verb::head) parser.skip(true);
    boost::system::error_code unread;
    co_await http::async_read(stream, buffer, parser, asio::redirect_error(use_awaitable, unread));
    if (unread) throw boost::system::system_error(cut ? cut : unread);
    beast::get_lowest_layer(stream).expires_never();
    const bool keep = !cut && parser.get().keep_alive();
    auto answer = make_answer(parser.release());
    if (!keep) close();
    co_return answer;
  }

  asio::awaitable<HttpAnswer> once(const Request& request) {
    if (std::holds_alternative<std::monostate>(wire)) co_await connect();
    if (auto* tcp = std::get_if<1>(&wire)) co_return co_await exchange(**tcp, request);
    if (auto* secure = std::get_if<2>(&wire)) co_return co_await exchange(**secure, request);
    co_return co_await exchange(*std::get<3>(wire), request);
  }

  void close() { wire = std::monostate{}; }

  // One try. The error code is kept apart, so that send() can tell a connection that was closed under us.
  Result<HttpAnswer> attempt(const Request& request, boost::system::error_code& code) {
    CALSYNC_CHECK("connect", look_up());
    std::optional<HttpAnswer> answer;
    loop->restart();
    asio::co_spawn(*loop, once(request), [&](const std::exception_ptr& thrown, HttpAnswer got) {
      if (!thrown)
        answer = std::move(got);
      else
        code = code_of(thrown);
    });
    {
      std::stop_callback on_stop(options.stop, [this] { loop->stop(); });
      loop->run();
    }
    if (answer) return std::move(*answer);
    if (!code) {  // stopped half-way: the unfinished coroutine refers to this frame, so it goes with its loop
      code = asio::error::operation_aborted;
      close();
      loop = std::make_unique<asio::io_context>(1);
    }
    return explain(code, place, options.ca_option);
  }

  static boost::system::error_code code_of(const std::exception_ptr& thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& failed) {
      return failed.code();
    }
  }
};

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Result<HttpClient> HttpClient::to(const HttpUrl& url, HttpClientOptions options) {
  auto impl = std::make_unique<Impl>();
  impl->place.url = url;
  impl->options = std::move(options);
  CALSYNC_CHECK("set up TLS", impl->prepare());
  return HttpClient(std::move(impl));
}

Result<HttpClient> HttpClient::to_unix_socket(std::string path, HttpClientOptions options) {
  auto impl = std::make_unique<Impl>();
  impl->place.socket = std::move(path);
  impl->options = std::move(options);
  return HttpClient(std::move(impl));
}

void HttpClient::close() {
  impl_->close();
}

Result<HttpAnswer> HttpClient::send(const HttpRequest& request) {
  const Request wired = make_request(impl_->place, request);
  for (bool kept = !std::holds_alternative<std::monostate>(impl_->wire);; kept = false) {
    boost::system::error_code code;
    auto answer = impl_->attempt(wired, code);
    if (answer) return answer;
    close();
    if (!(kept && request.repeatable && closed_under_us(code))) return answer;
  }
}

std::string_view HttpAnswer::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (beast::iequals(key, name)) return value;
  return {};
}

}  // namespace calsync
