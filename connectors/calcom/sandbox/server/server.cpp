#include "connectors/calcom/sandbox/server/server.hpp"

#include "connectors/calcom/sandbox/notices.hpp"
#include "connectors/calcom/sandbox/row.hpp"
#include "connectors/calcom/sandbox/server/lived_day.hpp"
#include "connectors/calcom/sandbox/server/own_api.hpp"
#include "connectors/calcom/sandbox/server/state_file.hpp"
#include "connectors/calcom/sandbox/starting_world.hpp"
#include "connectors/http/server.hpp"
#include "state/base/crypto.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace calsync::sandbox {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

using namespace std::chrono_literals;

constexpr auto tick = 100ms;
constexpr auto silence = 60s;  // longer than a client waits

std::string new_key() {
  return "cal_live_" + to_hex(random_key()).substr(0, 32);
}

// As it was sent, for an error's `path`.
std::string target_of(const ServerRequest& request) {
  std::string target = request.path;
  char mark = '?';
  for (const auto& [name, value] : request.query) {
    target += mark + name + "=" + value;
    mark = '&';
  }
  return target;
}

Request to_request(const ServerRequest& given) {
  Request request{given.method, target_of(given), given.path, {}, {}, {}, nullptr};
  for (const auto& [name, value] : given.query) request.query[name] = value;
  request.version = given.header("cal-api-version");
  constexpr std::string_view bearer = "Bearer ";
  if (const auto key = given.header("authorization"); key.starts_with(bearer))
    request.api_key = key.substr(bearer.size());
  return request;
}

ServerResponse to_response(Answer answer) {
  ServerResponse response{
      .status = answer.status, .body = json::serialize(answer.body), .headers = std::move(answer.headers)};
  response.content_type = "application/json; charset=utf-8";
  return response;
}

class Running final : public Server {
 public:
  Running(ServerSettings settings, Clock& clock)
      : settings_(std::move(settings)),
        clock_(clock),
        requests_(settings_.faults, settings_.seed ^ 0x5eedU),
        sender_(settings_.faults, settings_.seed) {
    world_.seed = settings_.seed;
  }

  Result<void> begin_world() {
    CALSYNC_TRY(known, "read state", read_state(world_, settings_.state));
    if (!known) {
      const std::string key = new_key();
      begin(world_, {key, new_key(), new_key()});
      world_.limit.requests = 0;
      if (settings_.lived_day) live_a_day(world_, clock_, key);
    }
    world_.limit.requests = settings_.requests_per_minute;
    world_.limit.block = settings_.block;
    dirty_ = !known;
    return {};
  }

  Result<void> listen() {
    ServerOptions options{.listen = settings_.listen};
    options.connections = 256;
    CALSYNC_TRY(server, "listen", HttpServer::start(io_, std::move(options), [this](ServerRequest request) {
                  return answer(std::move(request));
                }));
    http_ = std::move(server);
    return {};
  }

  [[nodiscard]] std::string address() const override { return http_->address(); }
  [[nodiscard]] std::int64_t organization_id() const override { return world_.organization_id; }
  [[nodiscard]] std::size_t bookings() const override { return bookings_; }
  [[nodiscard]] std::string api_key() const override { return api_key_; }

  void note_facts() {
    const Row* key = world_.api_keys.find_if([](const Row& row) { return number_of(row, "userId") == 1; });
    if (key != nullptr) api_key_ = text_of(*key, "_key");
    bookings_ = world_.bookings.rows().size();
  }

  Result<void> run(const std::stop_token& stop) override {
    asio::co_spawn(io_, ticks(), asio::detached);
    const std::stop_callback on_stop(stop, [this] { asio::post(io_, [this] { io_.stop(); }); });
    io_.run();
    http_->stop();
    return store();
  }

 private:
  asio::awaitable<ServerResponse> answer(ServerRequest given) {
    const bool own = is_own(given.path);
    const RequestFault fault = own ? RequestFault::none : requests_.next_request();
    if (fault == RequestFault::none) co_return carried_out(given);
    if (fault == RequestFault::failed_after || fault == RequestFault::silent_after) carried_out(given);
    if (fault == RequestFault::silent || fault == RequestFault::silent_after) {
      asio::steady_timer timer(io_, silence);
      co_await timer.async_wait(asio::use_awaitable);
    }
    co_return to_response(in_envelope(world_, to_request(given), internal_error()));
  }

  ServerResponse carried_out(const ServerRequest& given) {
    Request request = to_request(given);
    if (!is_own(given.path)) return told(handle(world_, std::move(request), given.body), given);
    json::error_code wrong;
    if (!given.body.empty()) request.body = json::parse(given.body, wrong);
    if (wrong) return to_response(in_envelope(world_, request, bad_json("Unexpected token in JSON")));
    return told(in_envelope(world_, request, own_api({world_, clock_, sender_}, request)), given);
  }

  // What was changed is stored soon, and who subscribes is told.
  ServerResponse told(Answer answer, const ServerRequest& given) {
    dirty_ = dirty_ || given.method != "GET";
    if (given.method != "GET" && answer.status < 300 && given.path.find("/ooo") != std::string::npos)
      record_time_off(answer, given);
    send_notices();
    return to_response(std::move(answer));
  }

  // Time off set by API is told to nobody, but it happened.
  void record_time_off(const Answer& answer, const ServerRequest& given) {
    Row fact{{"n", world_.history.size() + 1},
             {"at", to_text(clock_.wall())},
             {"what", "time off by API: " + given.method},
             {"path", given.path}};
    if (const auto* data = answer.body.as_object().if_contains("data")) fact["entry"] = *data;
    world_.history.push_back(std::move(fact));
  }

  void send_notices() {
    for (const Notice& notice : std::exchange(world_.notices, {})) sender_.add(deliveries_of(world_, notice));
  }

  asio::awaitable<void> ticks() {
    asio::steady_timer timer(io_);
    for (;;) {
      timer.expires_after(tick);
      co_await timer.async_wait(asio::use_awaitable);
      due_meetings(world_);
      dirty_ = dirty_ || !world_.notices.empty();
      send_notices();
      if (const auto stored = store(); !stored) throw std::runtime_error(stored.error().what);
    }
  }

  Result<void> store() {
    if (!dirty_ || settings_.state.empty()) return {};
    dirty_ = false;
    return write_state(world_, settings_.state);
  }

  ServerSettings settings_;
  asio::io_context io_{1};
  MovedClock clock_;
  World world_{clock_};
  Faults requests_;
  Sender sender_;
  std::unique_ptr<HttpServer> http_;
  std::string api_key_;
  std::size_t bookings_ = 0;
  bool dirty_ = false;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerSettings settings, Clock& clock) {
  auto running = std::make_unique<Running>(std::move(settings), clock);
  if (const auto begun = running->begin_world(); !begun) return begun.error();
  if (const auto listening = running->listen(); !listening) return listening.error();
  running->note_facts();
  return std::unique_ptr<Server>(std::move(running));
}

}  // namespace calsync::sandbox
