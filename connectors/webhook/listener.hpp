// Who calls us: the HTTP server of Cal.com's webhooks. Knows words, not stores: a verified delivery goes to a
// Sink.
// Owner:    App.
// Runs on:  the io_context it was given (one thread).
// Blocks:   never.
// Promises: 200 only after the sink said so; an unsigned byte reaches neither JSON, disk nor log (P2); limits
//           of RELIABILITY §3.3 hold for every client; no JSON is read here.
// Fails:    start() when it cannot listen or may not (`insecure`); requests get their status code and are
//           counted in the probe.
#pragma once
#include "state/base/metric.hpp"
#include "state/base/secret.hpp"
#include "state/events/raw_delivery.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace calsync {

struct Accepted {
  RawSequence sequence;
  bool duplicate = false;
};
// Makes a delivery durable, then calls `done` once, from any thread. Fails: unavailable (full: try again),
// disk_full, io …
using DeliverySink = std::function<void(RawDelivery, std::function<void(Result<Accepted>)> done)>;

struct ListenerSource {
  SourceId id;
  std::vector<Secret> secrets;  // 1..3
};

// Pushes to the configuration repository: told by its host, in the words of GitHub, GitLab or Gitea. All are called on the loop.
struct PushHook {
  // `header`: its value by name (any case); nullopt: missing, or there twice.
  using HeaderOf = std::function<std::optional<std::string_view>(std::string_view name)>;
  std::function<bool(const HeaderOf& header, std::string_view body)> is_genuine;
  // Is it a push that a genuine one tells of? Not asked where it is empty.
  std::function<bool(const HeaderOf& header)> is_push{};
  std::function<void()> told;  // must not block
};

// RELIABILITY §3.3 and DESIGN §12.7. All deadlines are absolute: a byte now and then extends none of them.
struct ListenerLimits {
  std::chrono::milliseconds header{
      5'000};  // from the first byte (of a new connection: from accept) to the empty line
  std::chrono::milliseconds body{10'000};
  std::chrono::milliseconds idle{15'000};  // between two requests
  std::chrono::milliseconds write{5'000};
  std::chrono::milliseconds linger{1'000};    // for a client to take its last answer and to leave
  std::chrono::milliseconds farewell{4'500};  // for kept connections to end at a drain; above keep_alive_hint
  std::chrono::milliseconds room{2'000};      // to wait for a full sink before 503
  // No connection is free: who has sent no whole header for so long, or a body slower than this, makes room.
  std::chrono::milliseconds silent_when_full{1'000};
  double body_bytes_per_second = 1024;
  std::size_t connections = 1'024;
  std::size_t connections_per_address = 32;           // IPv6: per /64; not for loopback and trusted proxies
  std::size_t body_bytes = std::size_t{1024} * 1024;  // one body
  std::size_t body_bytes_in_flight = std::size_t{32} * 1024 * 1024;
  // From one client within a minute, then 429 for a minute to its unsigned requests.
  std::size_t bad_signatures = 20;
};

struct ListenerOptions {
  std::string listen = "127.0.0.1:8787";  // host:port; port 0: any
  // A listening socket from systemd, stays the caller's; `listen` is only a name.
  std::optional<int> inherited_socket;
  bool insecure = false;                 // plain HTTP also on an inherited socket that other machines reach
  std::string certificate, private_key;  // PEM files; both empty: plain HTTP
  std::vector<std::string> trusted_proxies;
  std::vector<ListenerSource> sources;
  std::optional<PushHook> pushes;  // POST /hooks/git/config; nullopt: there is no such path
  ListenerLimits limits{};
};

class WebhookListener {
 public:
  static Result<std::unique_ptr<WebhookListener>> start(boost::asio::io_context& io, ListenerOptions options,
                                                        DeliverySink sink, Clock& clock,
                                                        MetricRegistry& metrics);
  virtual ~WebhookListener() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  // SIGHUP: new secrets for the same or other sources, and the certificate files read again. All or nothing.
  virtual Result<void> reload(std::vector<ListenerSource> sources) = 0;
  // From now on each answer ends its connection, so that a client that kept one uses it a last time, or lets
  // it go by itself. All is served as before.
  virtual void say_farewell() = 0;
  // No new connections; requests under way are answered; `ended` is called (on the loop) when none is left.
  // After a farewell: only when nobody is left who may come back, or when its time is over.
  virtual void drain(std::function<void()> ended) = 0;

 protected:
  WebhookListener() = default;
};

}  // namespace calsync
