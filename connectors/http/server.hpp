// A small HTTP/1.1 server for the admin routes and the control socket, over TCP or a unix socket.
// Owner:    App.
// Runs on:  the io_context that start() was given (one thread); the handler too.
// Blocks:   never.
// Promises: whatever a client sends or holds back, it costs at most `connections` x (header + body + the
//           answer that the handler made for it) bytes and its own connection, so a handler keeps its answers
//           small; a page in a browser cannot reach a TCP listener under a name of its own (DNS rebinding).
// Fails:    start() when it cannot listen; a refused request is answered with the JSON of error_response()
//           and the connection is closed.
#pragma once
#include "state/base/error.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace calsync {

struct ServerRequest {
  std::string method;                                        // "GET"
  std::string path;                                          // percent-decoded, begins with '/'
  std::vector<std::pair<std::string, std::string>> query;    // percent-decoded, in the order sent
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  int peer_pid = 0;                   // who connected to a unix socket; 0: not known
  std::function<bool()> peer_left{};  // asks the connection; only until the answer is sent

  [[nodiscard]] bool abandoned() const { return peer_left && peer_left(); }  // nobody waits for the answer
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;  // the first of that name
  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const;  // empty where there is none
};

struct ServerResponse {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  // Set: the answer goes on piece by piece, behind `body`, until there is none; then the connection ends. Each piece has the
  // write limit: who does not take it is cut off. Cancelled where the server stops.
  std::function<boost::asio::awaitable<std::optional<std::string>>()> next_piece{};
};

// {"error":{"code":…,"message":…}}; every refusal of server and routes has this form.
ServerResponse error_response(unsigned status, std::string_view code, std::string_view message);

using ServerHandler = std::function<boost::asio::awaitable<ServerResponse>(ServerRequest)>;

struct ServerOptions {
  std::string listen{};  // "host:port" (port 0: any), or a name for `inherited_socket`
  // Set: listen here instead; made with mode 0600, replaced where nobody listens.
  std::filesystem::path unix_socket{};
  std::optional<int> inherited_socket{};  // a listening socket from systemd; the server owns it from then on
  std::vector<std::string> hosts{};       // further Host names that are served (TCP)
  std::size_t connections = 64;
  std::size_t header_bytes = 8192;
  std::size_t body_bytes = std::size_t{1024} * 1024;
  std::chrono::milliseconds header_limit = std::chrono::seconds{5};  // each is absolute, not per read
  std::chrono::milliseconds body_limit = std::chrono::seconds{10};
  std::chrono::milliseconds idle_limit = std::chrono::seconds{15};
  std::chrono::milliseconds write_limit = std::chrono::seconds{5};
};

class HttpServer {
 public:
  static Result<std::unique_ptr<HttpServer>> start(boost::asio::io_context& io, ServerOptions options,
                                                   ServerHandler handler);
  virtual ~HttpServer() = default;                        // call stop() first, or let the io_context be over
  [[nodiscard]] virtual std::string address() const = 0;  // "127.0.0.1:9464", or the socket's path
  [[nodiscard]] virtual std::uint16_t port() const = 0;   // 0 for a unix socket
  [[nodiscard]] virtual std::size_t connections() const = 0;
  virtual void stop() = 0;  // on the loop: no new connections, all open ones are cut

 protected:
  HttpServer() = default;
};

}  // namespace calsync
