// A small HTTP/1.1 client that waits for its answer: TCP, TLS or a unix socket, one connection kept alive.
// Owner:    whoever calls; one object per thread.
// Runs on:  the caller's thread, with a private event loop.
// Blocks:   send(), at most connect_timeout + timeout; a stop request ends it within milliseconds.
// Promises: TLS verifies chain and host name; no redirect is followed; the answer is bounded by body_limit.
// Fails:    timeout, unavailable (refused, closed, name not found), unauthorised (certificate), rejected (not
//           HTTP, or too large), cancelled. The message names the place, never headers or bodies.
#pragma once
#include "state/base/error.hpp"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace calsync {

// "http://host[:port][/path]", "https://…"; user names in URLs and other schemes are refused.
struct HttpUrl {
  bool tls = false;
  std::string host;  // without brackets
  std::uint16_t port = 80;
  std::string target = "/";
  [[nodiscard]] std::string origin() const;  // "https://host:port", an IPv6 address in brackets
};
Result<HttpUrl> parse_http_url(std::string_view text);

struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers{};  // Host, Content-Length, User-Agent are added
  std::string_view body{};                                     // must live until send() returns
  // A kept connection that the server closed before it answered: send once more on a fresh one. Only where a
  // second arrival does no harm (GET, or a delivery that the receiver recognises).
  bool repeatable = true;
};

struct HttpAnswer {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  [[nodiscard]] std::string_view header(std::string_view name) const;  // any case; "" where there is none
};

struct HttpClientOptions {
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{5};  // name, connection, TLS
  std::chrono::milliseconds timeout = std::chrono::seconds{30};         // the whole exchange once connected
  std::size_t body_limit = 16U << 20U;
  std::string ca_file;                  // PEM; trusted beside the system's authorities
  std::string ca_option = "--ca-file";  // how the user names it
  std::stop_token stop;
};

class HttpClient {
 public:
  // `url`'s target is not used: each request has its own.
  static Result<HttpClient> to(const HttpUrl& url, HttpClientOptions options);
  static Result<HttpClient> to_unix_socket(std::string path, HttpClientOptions options);
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  Result<HttpAnswer> send(const HttpRequest& request);
  void close();

 private:
  struct Impl;
  explicit HttpClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace calsync
