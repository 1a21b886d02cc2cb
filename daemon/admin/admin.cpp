#include "daemon/admin/admin.hpp"

#include "daemon/admin/booking_page.hpp"
#include "daemon/admin/control.hpp"
#include "daemon/admin/control_routes.hpp"
#include "daemon/admin/event_page.hpp"
#include "daemon/admin/event_stream.hpp"
#include "daemon/admin/page.hpp"
#include "daemon/admin/people_page.hpp"
#include "state/base/host_port.hpp"
#include "state/base/log.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

enum class Listener { admin, control };

// The rule of the settings (config/settings/settings_rules.cpp) for a socket from systemd, which
// `admin.listen` only names: judged by where it really listens (DESIGN §7).
Result<void> check_reach(const AdminOptions& options) {
  if (!options.inherited_socket || !options.token.empty()) return {};
  const std::string address = local_address(*options.inherited_socket);
  if (!reaches_others(address)) return {};
  return Error{Errc::rejected, "the socket from systemd listens on " + address +
                                   ", which other machines reach: set admin.token, or "
                                   "ListenStream=127.0.0.1:PORT in the socket unit"};
}

ServerResponse answer(const json::value& value) {
  return {.body = json::serialize(value)};
}

class Routes final : public Admin {
 public:
  Routes(AdminOptions options, AdminSources sources)
      : sources_(std::move(sources)),
        token_(std::move(options.token)),
        probe_(sources_.metrics),
        checkpoints_(sources_.log, options.log_path, sources_.clock, probe_) {
    probe_.start_time.set(static_cast<double>(sources_.started_at.time_since_epoch().count()) / 1000.0);
    checkpoints_.remove_all();
  }

  Result<void> listen(asio::io_context& io, const AdminOptions& options) {
    CALSYNC_CHECK("admin.listen", check_reach(options));
    ServerOptions local{.unix_socket = control_socket_path(options.log_path)};
    CALSYNC_TRY(control, "control socket",
                HttpServer::start(io, std::move(local), handler(Listener::control)));
    ServerOptions tcp{
        .listen = options.listen, .inherited_socket = options.inherited_socket, .hosts = options.hosts};
    auto admin = HttpServer::start(io, std::move(tcp), handler(Listener::admin));
    if (!admin) {
      control->stop();
      return std::move(admin).error().within("admin.listen");
    }
    admin_ = *std::move(admin);
    control_ = std::move(control);
    return {};
  }

  [[nodiscard]] const AdminSources& sources() const override { return sources_; }
  [[nodiscard]] std::string listening() const override { return admin_->address(); }
  void set_token(Secret token) override {
    if (token.empty() && reaches_others(listening()))
      return log::warning("admin.token stays in force until a restart: other machines reach " + listening(),
                          {});
    token_ = std::move(token);
  }
  void stop() override {
    admin_->stop();
    control_->stop();
  }

 private:
  struct Route {
    std::string_view method, path;
    bool control_only, open;  // open: answered without a token
    asio::awaitable<ServerResponse> (Routes::*run)(ServerRequest);
  };
  static const std::vector<Route>& table();

  ServerHandler handler(Listener listener) {
    return [this, listener](ServerRequest request) { return route(listener, std::move(request)); };
  }
  asio::awaitable<ServerResponse> route(Listener listener, ServerRequest request);
  [[nodiscard]] bool authorised(const ServerRequest& request) const;

  asio::awaitable<ServerResponse> health(ServerRequest) { co_return answer(json::object{{"status", "ok"}}); }
  asio::awaitable<ServerResponse> ready(ServerRequest);
  asio::awaitable<ServerResponse> metrics(ServerRequest);
  asio::awaitable<ServerResponse> status(ServerRequest) {
    co_return answer(status_json(sources_, listening()));
  }
  asio::awaitable<ServerResponse> conditions(ServerRequest) { co_return answer(conditions_json(sources_)); }
  asio::awaitable<ServerResponse> events(ServerRequest request) {
    if (asks_for_event_stream(request)) return stream(std::move(request));
    return event_page(sources_.log, sources_.clock, polls_, std::move(request));
  }
  asio::awaitable<ServerResponse> stream(ServerRequest request) {
    co_return event_stream(sources_.log, sources_.clock, streams_, std::move(request));
  }
  asio::awaitable<ServerResponse> bookings(ServerRequest request) {
    return booking_page(sources_.log, sources_.clock, std::move(request));
  }
  asio::awaitable<ServerResponse> people(ServerRequest request) {
    return people_page(sources_.log, sources_.clock, std::move(request));
  }
  asio::awaitable<ServerResponse> quarantine(ServerRequest) { co_return show_quarantine(sources_.log); }
  asio::awaitable<ServerResponse> make_checkpoint(ServerRequest request) {
    co_return checkpoints_.create(request.peer_pid);
  }
  asio::awaitable<ServerResponse> drop_checkpoint(ServerRequest request) {
    co_return checkpoints_.remove(request.parameter("path").value_or(""));
  }
  asio::awaitable<ServerResponse> ask_poll(ServerRequest) { co_return begin_poll(sources_); }
  asio::awaitable<ServerResponse> poll(ServerRequest) { co_return show_poll(sources_); }
  asio::awaitable<ServerResponse> make_backup(ServerRequest request) {
    co_return begin_backup(sources_.backups, request.body);
  }
  asio::awaitable<ServerResponse> backup(ServerRequest) { co_return show_backup(sources_.backups); }
  asio::awaitable<ServerResponse> forget(ServerRequest request) {
    co_return begin_forgetting(sources_.forgetting, request.body);
  }
  asio::awaitable<ServerResponse> forgotten(ServerRequest) { co_return show_forgetting(sources_.forgetting); }
  asio::awaitable<ServerResponse> note_applied(ServerRequest request) {
    auto noted = note_what_was_applied(sources_.log, sources_.clock, request.body);
    if (noted.status == 200 && sources_.reconcile_soon && asks_for_a_look(request.body))
      sources_.reconcile_soon();
    co_return noted;
  }
  asio::awaitable<ServerResponse> html(ServerRequest) { co_return page_html(); }
  asio::awaitable<ServerResponse> css(ServerRequest) { co_return page_css(); }
  asio::awaitable<ServerResponse> js(ServerRequest) { co_return page_js(); }
  asio::awaitable<ServerResponse> plan(ServerRequest) { co_return show_plan(sources_); }
  asio::awaitable<ServerResponse> drift(ServerRequest) { co_return show_drift(sources_); }
  asio::awaitable<ServerResponse> reload(ServerRequest) {
    if (sources_.reload) sources_.reload();
    co_return ServerResponse{.status = 202, .body = "{}"};
  }
  asio::awaitable<ServerResponse> look(ServerRequest) { co_return begin_look(sources_); }
  asio::awaitable<ServerResponse> call_calcom(ServerRequest request) {
    if (sources_.calcom == nullptr)
      co_return error_response(503, "unavailable",
                               "calcom.api_key is not set: the daemon does not call Cal.com");
    co_return co_await sources_.calcom->answer(std::move(request.body));
  }
  asio::awaitable<ServerResponse> retry(ServerRequest request) {
    return retry_quarantined(sources_.log, sources_.clock, probe_, std::move(request.body));
  }

  AdminSources sources_;
  Secret token_;
  AdminProbe probe_;
  Checkpoints checkpoints_;
  std::size_t polls_ = 0;  // requests that wait for an event, on both listeners
  std::shared_ptr<std::size_t> streams_ = std::make_shared<std::size_t>(0);
  std::unique_ptr<HttpServer> admin_, control_;
};

const std::vector<Routes::Route>& Routes::table() {
  static const std::vector<Route> routes{
      {"GET", "/", false, true, &Routes::html},
      {"GET", "/page.css", false, true, &Routes::css},
      {"GET", "/page.js", false, true, &Routes::js},
      {"GET", "/healthz", false, true, &Routes::health},
      {"GET", "/readyz", false, true, &Routes::ready},
      {"GET", "/metrics", false, false, &Routes::metrics},
      {"GET", "/api/v1/status", false, false, &Routes::status},
      {"GET", "/api/v1/conditions", false, false, &Routes::conditions},
      {"GET", "/api/v1/events", false, false, &Routes::events},
      {"GET", "/api/v1/bookings", false, false, &Routes::bookings},
      {"GET", "/api/v1/people", false, false, &Routes::people},
      {"GET", "/api/v1/plan", false, false, &Routes::plan},
      {"GET", "/api/v1/drift", false, false, &Routes::drift},
      {"GET", "/api/v1/quarantine", false, false, &Routes::quarantine},
      {"POST", "/api/v1/retry", false, false, &Routes::retry},
      {"POST", "/control/reload", true, false, &Routes::reload},
      {"POST", "/control/reconcile", true, false, &Routes::look},
      {"POST", "/control/checkpoint", true, false, &Routes::make_checkpoint},
      {"DELETE", "/control/checkpoint", true, false, &Routes::drop_checkpoint},
      {"POST", "/control/poll", true, false, &Routes::ask_poll},
      {"GET", "/control/poll", true, false, &Routes::poll},
      {"POST", "/control/backup", true, false, &Routes::make_backup},
      {"GET", "/control/backup", true, false, &Routes::backup},
      {"POST", "/control/forget", true, false, &Routes::forget},
      {"GET", "/control/forget", true, false, &Routes::forgotten},
      {"POST", "/control/retry", true, false, &Routes::retry},
      {"POST", "/control/calcom", true, false, &Routes::call_calcom},
      {"POST", "/control/applied", true, false, &Routes::note_applied},
  };
  return routes;
}

bool Routes::authorised(const ServerRequest& request) const {
  constexpr std::string_view scheme = "Bearer ";
  const std::string_view given = request.header("authorization");
  // Digests: the comparison takes the same time whatever the length of what was given.
  return given.starts_with(scheme) &&
         equal_in_constant_time(sha256(given.substr(scheme.size())), sha256(token_.reveal()));
}

asio::awaitable<ServerResponse> Routes::route(Listener listener, ServerRequest request) {
  (listener == Listener::admin ? probe_.admin_requests : probe_.control_requests).add();
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  std::string allowed;
  for (const Route& route : table()) {
    if (route.path != request.path || (route.control_only && listener != Listener::control)) continue;
    if (route.method == method) {
      // What changes something takes a token, whoever may look (DESIGN 12.1): any page of a browser may send to this machine.
      if (listener == Listener::admin && method != "GET" && token_.empty())
        co_return error_response(
            403, "forbidden",
            "what changes something needs admin.token here, or the command line on this machine");
      if (listener == Listener::control || route.open || token_.empty() || authorised(request))
        co_return co_await (this->*route.run)(std::move(request));
      probe_.unauthorised.add();
      ServerResponse refused =
          error_response(401, "unauthorised", "this needs the header Authorization: Bearer <admin.token>");
      refused.headers.emplace_back("WWW-Authenticate", "Bearer");
      co_return refused;
    }
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  if (allowed.empty()) co_return error_response(404, "not_found", "there is nothing at this path");
  ServerResponse refused = error_response(405, "method_not_allowed", "this path takes " + allowed);
  refused.headers.emplace_back("Allow", allowed);
  co_return refused;
}

asio::awaitable<ServerResponse> Routes::ready(ServerRequest) {
  const auto reasons = not_ready(sources_);
  ServerResponse response = answer(
      json::object{{"ready", reasons.empty()}, {"notReady", json::array(reasons.begin(), reasons.end())}});
  response.status = reasons.empty() ? 200 : 503;
  co_return response;
}

asio::awaitable<ServerResponse> Routes::metrics(ServerRequest) {
  measure_process(probe_);
  probe_.ready.set(not_ready(sources_).empty() ? 1 : 0);
  co_return ServerResponse{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                           .body = sources_.metrics.text()};
}

}  // namespace

Result<std::unique_ptr<Admin>> Admin::start(asio::io_context& io, AdminOptions options,
                                            AdminSources sources) {
  auto routes = std::make_unique<Routes>(options, std::move(sources));
  CALSYNC_CHECK("start admin", routes->listen(io, options));
  return std::unique_ptr<Admin>(std::move(routes));
}

}  // namespace calsync
