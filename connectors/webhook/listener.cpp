#include "connectors/webhook/listener.hpp"

#include "connectors/async/bugs.hpp"
#include "connectors/http/listen.hpp"
#include "connectors/webhook/intake.hpp"
#include "connectors/webhook/session.hpp"
#include "state/base/host_port.hpp"
#include "state/base/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/socket.h>

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace calsync {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using asio::use_awaitable;
using std::chrono::milliseconds;

constexpr int backlog = 4096;  // the kernel cuts it to net.core.somaxconn

// Our own descriptor of the socket: to close it then leaves systemd's open, with all who wait in its queue.
Result<int> own_copy(int inherited) {
  CALSYNC_TRY(checked, "socket from systemd", adopt_listening(inherited));
  const int copy = ::fcntl(checked, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) return Error{Errc::io, "cannot copy a descriptor: " + std::generic_category().message(errno)};
  return copy;
}

// The rule of the settings (config/settings/settings_rules.cpp) for a socket that intake.listen only names.
Result<void> check_reach(const ListenerOptions& options, int descriptor) {
  if (!options.inherited_socket || options.insecure || !options.certificate.empty()) return {};
  const std::string address = local_address(descriptor);
  if (!reaches_others(address)) return {};
  return Error{Errc::rejected,
               "the socket from systemd listens on " + address +
                   ", which other machines reach, with plain HTTP: set intake.tls, or "
                   "ListenStream=127.0.0.1:PORT in the socket unit behind a proxy, or allow it "
                   "with intake.insecure: true"};
}

Result<tcp::acceptor> listen_on(asio::io_context& io, const ListenerOptions& options) {
  CALSYNC_TRY(descriptor, "intake",
              options.inherited_socket ? own_copy(*options.inherited_socket) : listen_tcp(options.listen));
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &size);
  if (name.ss_family != AF_INET && name.ss_family != AF_INET6) {
    ::close(descriptor);
    return Error{Errc::rejected,
                 "the inherited socket is no TCP socket: use ListenStream=HOST:PORT in the socket unit"};
  }
  if (auto allowed = check_reach(options, descriptor); !allowed) {
    ::close(descriptor);
    return allowed.error();
  }
  if (!options.inherited_socket) ::listen(descriptor, backlog);
  tcp::acceptor acceptor(io);
  boost::system::error_code ec;
  acceptor.assign(name.ss_family == AF_INET ? tcp::v4() : tcp::v6(), descriptor, ec);
  if (ec) return Error{Errc::io, "cannot wait for connections: " + ec.message()};
  return acceptor;
}

// Lives as long as one of its coroutines: the listener may go while they unwind.
class Doorkeeper : public std::enable_shared_from_this<Doorkeeper> {
 public:
  Doorkeeper(tcp::acceptor acceptor, bool inherited, std::shared_ptr<Intake> intake)
      : acceptor_(std::move(acceptor)),
        timer_(acceptor_.get_executor()),
        inherited_(inherited),
        intake_(std::move(intake)) {}

  void start() {
    asio::co_spawn(acceptor_.get_executor(), accept(shared_from_this()), BugsToTheLoop{});
    asio::co_spawn(acceptor_.get_executor(), keep_time(shared_from_this()), BugsToTheLoop{});
  }
  [[nodiscard]] std::uint16_t port() const {
    boost::system::error_code ignored;
    return acceptor_.local_endpoint(ignored).port();
  }

  void say_farewell() {
    intake_->leaving = true;
    farewell_until_ = intake_->clock.steady() + intake_->limits.farewell;
  }
  void drain(std::function<void()> ended) {
    intake_->on_ended = [self = weak_from_this(), ended = std::move(ended)] {
      if (const auto alive = self.lock()) alive->over(ended);
    };
    intake_->leaving = draining_ = true;
    close_when_farewell_is_over();
  }
  void stop() {
    intake_->stop();
    close();
    over_ = true;
    timer_.cancel();
  }

 private:
  // Accepting pauses where a limit is reached: who waits in the kernel's queue is not refused.
  asio::awaitable<void> accept(std::shared_ptr<Doorkeeper> /*self*/) {
    while (!intake_->draining) {
      boost::system::error_code ec;
      if (intake_->full()) {
        co_await acceptor_.async_wait(tcp::acceptor::wait_read, asio::redirect_error(use_awaitable, ec));
        if (ec || intake_->draining) break;
        if (intake_->full()) {
          if (!std::exchange(pausing_, true)) intake_->probe.paused.add();
          intake_->make_room_for_one();
          co_await intake_->room_for_connections.wait();
        }
        continue;
      }
      pausing_ = false;
      auto socket = co_await acceptor_.async_accept(asio::redirect_error(use_awaitable, ec));
      if (!ec) {
        intake_->begin(std::move(socket));  // also while draining: it has left the queue
      } else if (ec != asio::error::operation_aborted && ec != asio::error::connection_aborted) {
        cannot_accept(ec);
        // Out of descriptors: until the next tick or a connection's end.
        co_await intake_->room_for_connections.wait();
      }
    }
    accepting_ = false;
    if (intake_->draining && intake_->empty()) intake_->on_ended();
  }

  asio::awaitable<void> keep_time(std::shared_ptr<Doorkeeper> /*self*/) {
    while (!over_) {
      boost::system::error_code ec;
      timer_.expires_after(intake_->tick());
      co_await timer_.async_wait(asio::redirect_error(use_awaitable, ec));
      if (over_) break;
      intake_->sweep();
      close_when_farewell_is_over();
    }
  }

  void close_when_farewell_is_over() {
    if (!draining_ || intake_->draining) return;
    if (intake_->somebody_may_return() && intake_->clock.steady() < farewell_until_) return;
    // A socket of our own goes away with its queue, so the queue is served first; an inherited one keeps it.
    if (!inherited_) accept_queued();
    intake_->drain();
    close();
  }

  void accept_queued() {
    boost::system::error_code ec;
    acceptor_.non_blocking(true, ec);
    while (!ec) {
      tcp::socket socket(acceptor_.get_executor());
      acceptor_.accept(socket, ec);
      if (!ec) intake_->begin(std::move(socket));
    }
  }

  void over(const std::function<void()>& ended) {
    if (accepting_ || over_) return;
    over_ = true;
    timer_.cancel();
    asio::post(acceptor_.get_executor(), ended);
  }

  void cannot_accept(const boost::system::error_code& ec) {
    if (const auto left_out = lines_.take(intake_->clock.steady()))
      log::error("cannot accept a connection", {log::field("why", ec.message())});
    // Each connection holds a descriptor: who waits between requests makes room for who has something to say.
    if (ec == asio::error::no_descriptors || ec == boost::system::errc::too_many_files_open_in_system)
      intake_->shed_one();
  }

  void close() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
  }

  tcp::acceptor acceptor_;
  asio::steady_timer timer_;
  const bool inherited_;
  std::shared_ptr<Intake> intake_;
  LogLimit lines_{5};
  Intake::Time farewell_until_;
  bool accepting_ = true, pausing_ = false, draining_ = false, over_ = false;
};

class Listener final : public WebhookListener {
 public:
  Listener(std::shared_ptr<Intake> intake, std::shared_ptr<Doorkeeper> door, std::string certificate,
           std::string key)
      : intake_(std::move(intake)),
        door_(std::move(door)),
        certificate_(std::move(certificate)),
        private_key_(std::move(key)),
        port_(door_->port()) {}
  ~Listener() override { door_->stop(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] std::uint16_t port() const override { return port_; }

  Result<void> reload(std::vector<ListenerSource> sources) override {
    CALSYNC_TRY(table, "reload", SourceTable::of(sources, intake_->pushes.has_value()));
    if (!certificate_.empty()) {
      CALSYNC_TRY(tls, "reload", load_server_tls(certificate_, private_key_));
      intake_->tls = std::move(tls);
    }
    intake_->use(std::move(table));
    return {};
  }

  void say_farewell() override { door_->say_farewell(); }
  void drain(std::function<void()> ended) override { door_->drain(std::move(ended)); }

 private:
  std::shared_ptr<Intake> intake_;
  std::shared_ptr<Doorkeeper> door_;
  const std::string certificate_, private_key_;
  const std::uint16_t port_;
};

}  // namespace

Result<std::unique_ptr<WebhookListener>> WebhookListener::start(asio::io_context& io, ListenerOptions options,
                                                                DeliverySink sink, Clock& clock,
                                                                MetricRegistry& metrics) {
  auto intake = std::make_shared<Intake>(io, options.limits, std::move(sink), clock, metrics);
  CALSYNC_TRY(table, "webhook listener", SourceTable::of(options.sources, options.pushes.has_value()));
  intake->use(std::move(table));
  intake->pushes = std::move(options.pushes);
  CALSYNC_TRY(proxies, "webhook listener", TrustedProxies::of(options.trusted_proxies));
  intake->proxies = std::move(proxies);
  if (options.certificate.empty() != options.private_key.empty())
    return Error{Errc::rejected, "TLS needs both intake.tls.certificate and intake.tls.private_key"};
  if (!options.certificate.empty()) {
    CALSYNC_TRY(tls, "webhook listener", load_server_tls(options.certificate, options.private_key));
    intake->tls = std::move(tls);
  }
  CALSYNC_TRY(acceptor, "webhook listener", listen_on(io, options));
  auto door = std::make_shared<Doorkeeper>(std::move(acceptor), options.inherited_socket.has_value(), intake);
  door->start();
  return std::unique_ptr<WebhookListener>(std::make_unique<Listener>(
      std::move(intake), std::move(door), std::move(options.certificate), std::move(options.private_key)));
}

}  // namespace calsync
