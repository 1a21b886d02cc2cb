#include "daemon/app/app.hpp"

#include "config/settings/addresses.hpp"
#include "connectors/secrets/servers.hpp"
#include "daemon/app/descriptors.hpp"
#include "daemon/app/options.hpp"
#include "daemon/rejoin/rejoin.hpp"
#include "state/base/log.hpp"
#include "state/store/directory_identity.hpp"

#include <csignal>
#include <unistd.h>

namespace calsync {
namespace {

constexpr std::chrono::milliseconds intake_drain{
    8'500};  // with its farewell, of the 10 s that SIGTERM may take
// `calsync log …` without a daemon holds the log while it reads: a start right then waits for it.
constexpr std::chrono::seconds reader_holds{3};
constexpr std::chrono::milliseconds look_again{100};
constexpr std::uint64_t disk_reserve = std::uint64_t{64} << 20U;  // P27

}  // namespace

App::App(AppOptions options)
    : options_(std::move(options)),
      intake_loop_("intake", [this](const std::string& bug) { end(exit_failed, bug); }),
      admin_loop_("admin", [this](const std::string& bug) { end(exit_failed, bug); }) {}

// NOLINTNEXTLINE(bugprone-exception-escape): a part that cannot be stopped ends the process
App::~App() {
  stop();
}

Result<std::unique_ptr<App>> App::start(AppOptions options) {
  std::unique_ptr<App> app(new App(std::move(options)));
  CALSYNC_CHECK("open the log", app->open_log());
  CALSYNC_CHECK("look for a restore", app->look_for_restore());
  app->tell_what_is_missing();
  app->start_projector();  // before the publisher: it finishes a rebuild that was cut short
  app->prepare_backups();
  app->forgetting_ = std::make_unique<ForgetRunner>(*app->log_, app->clock_);
  app->prepare_retention();
  CALSYNC_CHECK("start the calls to Cal.com", app->start_calcom());
  CALSYNC_CHECK("start admin", app->start_admin());
  CALSYNC_CHECK("start intake", app->start_intake());
  app->start_publisher();  // after all that may refuse to start: Kafka is not touched for nothing
  app->start_poller();
  app->start_guard();
  app->start_reconciler();
  app->start_pulse();
  app->backups_->start();  // after admin, which clears away what copies an earlier daemon left
  app->retention_->start();
  app->forgetting_->start();
  app->start_secrets_watch();
  app->tell_what_is_on();
  return app;
}

Result<void> App::open_log() {
  const LogOptions wanted{.path = options_.settings.log.path,
                          .reserve_bytes = disk_reserve,
                          .on_failed = [this](const Error& error) { log_failed(error); }};
  const auto until = clock_.steady() + reader_holds;
  auto opened = EventLog::open(wanted, metrics_);
  while (!opened && opened.error().code == Errc::conflict && clock_.steady() < until) {
    std::this_thread::sleep_for(look_again);
    opened = EventLog::open(wanted, metrics_);
  }
  CALSYNC_TRY(log, "log.path", std::move(opened));
  log_ = std::move(log);
  return {};
}

// What a log that lacks published events made of new deliveries could never be joined with those (DESIGN §12.5).
Result<void> App::look_for_restore() {
  CALSYNC_TRY(note, "restored", restored(*log_));
  if (!note) return {};
  must_rejoin_ = true;
  const std::string what = "this log was restored from backup " + std::to_string(note->backup) +
                           ": deliveries are taken in, nothing is published: stop calsyncd, run `calsync log "
                           "rejoin`, start it again";
  log::error(what);
  conditions_.set("rejoin", Severity::error, what, true);
  return mark_waiting(*log_, *note, clock_);
}

void App::start_publisher() {
  if (!options_.settings.kafka.present || must_rejoin_) return;
  PublisherOptions publisher{.kafka = options_.settings.kafka,
                             .resolved_properties = options_.secrets.kafka_properties,
                             .source = event_source(options_.settings),
                             .accept_cursor = options_.accept_cursor,
                             .place = directory_identity(options_.settings.log.path),
                             .takeover = options_.takeover,
                             .on_cursor = [this] { projector_->begin(); }};
  publisher_ = Publisher::start(
      *log_, std::move(publisher), clock_, metrics_, [this](PublisherState state, const Error& error) {
        end(state == PublisherState::stood_down ? exit_stood_down : exit_refused, error.text());
      });
  publishing_ = publisher_.get();
}

void App::start_projector() {
  projector_ = Projector::start(*log_, clock_, metrics_, [this](const Error& error) {
    conditions_.set("projector", Severity::error, error.text(), true);
    end_for("the normaliser stopped: ", error);
  });
  const Settings::Kafka& kafka = options_.settings.kafka;
  if (!must_rejoin_ && (!kafka.present || kafka.mode == KafkaMode::embedded)) projector_->begin();
}

Result<void> App::start_calcom() {
  const Settings::Calcom& calcom = options_.settings.calcom;
  if (!calcom.present || calcom.api_key.empty()) return {};
  CALSYNC_TRY(started, "calcom",
              CalcomCalls::start({.base_url = calcom.base_url,
                                  .ca_file = calcom.ca_file,
                                  .requests_per_minute = calcom.requests_per_minute,
                                  .api_key = options_.secrets.calcom_key},
                                 *log_, clock_, calcom_probe_));
  calcom_ = std::move(started);
  return {};
}

Result<void> App::start_admin() {
  AdminOptions admin{.listen = options_.settings.admin.listen,
                     .inherited_socket = options_.sockets.admin,
                     .hosts = options_.settings.admin.hosts,
                     .token = options_.secrets.admin_token,
                     .log_path = options_.settings.log.path};
  CALSYNC_TRY(started, "admin", Admin::start(admin_loop_.io, std::move(admin), admin_sources()));
  admin_ = std::move(started);
  admin_loop_.start();
  return {};
}

Result<void> App::start_intake() {
  const Settings::Intake& intake = options_.settings.intake;
  auto pushes = push_hook();
  if (!intake.sources.empty() || pushes) {
    ListenerOptions listener{.listen = intake.listen,
                             .inherited_socket = options_.sockets.intake,
                             .insecure = intake.insecure,
                             .certificate = intake.tls.certificate,
                             .private_key = intake.tls.private_key,
                             .trusted_proxies = intake.trusted_proxies,
                             .sources = options_.secrets.sources,
                             .pushes = std::move(pushes)};
    CALSYNC_TRY(connections, "intake", connections_within(descriptor_limit(), listener.limits.connections));
    listener.limits.connections = connections;
    CALSYNC_TRY(started, "intake",
                WebhookListener::start(intake_loop_.io, std::move(listener), sink(), clock_, metrics_));
    intake_ = std::move(started);
    intake_port_ = intake_->port();
  }
  intake_loop_.start();
  return {};
}

// Not before a restored log has rejoined: what polls would find then is in Kafka already.
void App::start_poller() {
  const Settings::Calcom& calcom = options_.settings.calcom;
  if (!calcom_ || must_rejoin_ || calcom.organization_id == 0) return;
  conditions_.set("calcom", Severity::info, "no poll of Cal.com has ended well since the start", true);
  const auto on_problem = [this](const std::string& problem) {
    if (problem.empty())
      conditions_.clear("calcom");
    else
      conditions_.set("calcom", Severity::warning, problem + ": see `calsync doctor`", !polled_once_);
    polled_once_ = polled_once_ || problem.empty();
  };
  const auto on_silence = [this](const std::string& problem) {
    if (problem.empty())
      conditions_.clear("webhooks");
    else
      conditions_.set("webhooks", Severity::warning, problem + ": see `calsync doctor`");
  };
  const auto on_unreadable = [this](const std::string& problem) {
    if (problem.empty())
      conditions_.clear("bookings");
    else
      conditions_.set("bookings", Severity::warning, problem);
  };
  const auto on_failing = [this](const std::string& problem) {
    if (problem.empty())
      conditions_.clear("booking-reads");
    else
      conditions_.set("booking-reads", Severity::warning, problem);
  };
  poller_ = Poller::start(calcom_->reads(), *log_, clock_, poll_probe_,
                          {.settings = options_.settings,
                           .on_problem = on_problem,
                           .on_unreadable = on_unreadable,
                           .on_failing = on_failing,
                           .on_silence = on_silence});
  polling_ = poller_.get();
}

void App::start_pulse() {
  pulse_ = std::make_unique<Pulse>(Pulse::Parts{*log_, intake_loop_, admin_loop_, admin_->sources()});
  pulse_->start();
}

void App::prepare_backups() {
  const Settings::Log::Backup& backup = options_.settings.log.backup;
  BackupPlan plan{
      .directory = backup.path, .interval = backup.interval, .keep = static_cast<std::size_t>(backup.keep)};
  backups_ = std::make_unique<BackupRunner>(*log_, std::move(plan), clock_, metrics_);
}

void App::prepare_retention() {
  std::optional<std::chrono::milliseconds> keep;
  if (const auto duration = parse_duration(options_.settings.log.retention))
    keep = *duration;  // else: forever
  const auto published = [this]() -> std::optional<EventSequence> {
    if (!options_.settings.kafka.present) return log_->head().event;
    const auto status = publisher_status();
    if (!status || !status->cursor_known) return std::nullopt;
    return status->published;
  };
  retention_ = std::make_unique<Retention>(*log_, keep, published, clock_, metrics_);
}

std::optional<PublisherStatus> App::publisher_status() const {
  if (const Publisher* publisher = publishing_; publisher != nullptr) return publisher->status();
  if (!must_rejoin_ || !options_.settings.kafka.present) return std::nullopt;
  PublisherStatus waiting;
  waiting.state = PublisherState::stopped;
  waiting.mode = "off until `calsync log rejoin`";
  return waiting;
}

AdminSources App::admin_sources() {
  return {
      .log = *log_,
      .metrics = metrics_,
      .clock = clock_,
      .conditions = conditions_,
      .publisher = [this] { return publisher_status(); },
      .intake =
          [this] {
            IntakeStatus status{.connections = static_cast<std::uint64_t>(intake_connections_.value())};
            const std::uint16_t port = intake_port_;
            const auto address = parse_listen_address(options_.settings.intake.listen);
            if (port != 0 && address)
              status.listening =
                  (address->host.find(':') == std::string::npos ? address->host : "[" + address->host + "]") +
                  ":" + std::to_string(port);
            return status;
          },
      .version = CALSYNC_VERSION,
      .settings_file = options_.settings_file,
      .log_path = options_.settings.log.path,
      .started_at = clock_.wall(),
      .backups = backups_.get(),
      .forgetting = forgetting_.get(),
      .calcom = calcom_.get(),
      .poller = [this]() -> std::optional<PollStatus> {
        const Poller* poller = polling_;
        return poller == nullptr ? std::nullopt : std::optional(poller->status());
      },
      .sweep_soon =
          [this] {
            if (Poller* poller = polling_; poller != nullptr) poller->sweep_soon();
          },
      .retention = retention_.get(),
      .reconcile = [this]() -> std::optional<ReconcileStatus> {
        const Reconciler* reconciler = reconciling_;
        return reconciler == nullptr ? std::nullopt : std::optional(reconciler->status());
      },
      .reload = [] { ::kill(::getpid(), SIGHUP); },  // main() is the one that does it
      .reconcile_soon =
          [this] {
            if (Reconciler* reconciler = reconciling_; reconciler != nullptr) reconciler->look_soon();
          }};
}

// The listener knows words, not stores: this is where they meet.
DeliverySink App::sink() {
  return [this](RawDelivery delivery, std::function<void(Result<Accepted>)> done) {
    log_->append(std::move(delivery), [this, done = std::move(done)](Result<Appended> appended) {
      if (appended && appended->duplicate)  // somebody repeats: a look at the API costs little
        if (Poller* poller = polling_; poller != nullptr) poller->poll_soon();
      if (appended)
        done(Accepted{appended->sequence, appended->duplicate});
      else
        done(std::move(appended).error());
    });
  };
}

// The log acknowledges nothing any more: what the disk holds after a failed sync is not known (RELIABILITY
// §3.1).
void App::log_failed(const Error& error) {
  conditions_.set("log", Severity::error, error.text(), true);
  end_for("the log cannot be written: ", error);
}

void App::end(int code, const std::string& why) {
  options_.on_end({code, why});
}

// What is damaged does not heal: started again it would acknowledge for a while, and end again.
void App::end_for(const std::string& what, const Error& error) {
  if (error.code == Errc::corrupt)
    end(exit_refused, what + error.text() + ": the log in " + options_.settings.log.path +
                          " is damaged: see `calsync log verify`, restore the newest copy of it");
  else
    end(error.code == Errc::foreign ? exit_refused : exit_failed, what + error.text());
}

void App::drain_intake() {
  if (!intake_) return;
  auto drained = std::make_shared<std::promise<void>>();
  auto waiting = drained->get_future();
  boost::asio::post(intake_loop_.io,
                    [this, drained] { intake_->drain([drained] { drained->set_value(); }); });
  if (waiting.wait_for(intake_drain) != std::future_status::ready)
    log::warning("some senders did not finish in time and are cut", {});
}

void App::begin_stop() {
  {
    const std::lock_guard lock(stopping_mutex_);
    stopping_ = true;
  }
  stop_secret_servers();
}

void App::say_farewell() {
  said_farewell_ = true;
  if (intake_) boost::asio::post(intake_loop_.io, [this] { intake_->say_farewell(); });
}

// They take long, and are to notice in time.
void App::ask_care_to_stop() {
  if (backups_) backups_->request_stop();
  if (forgetting_) forgetting_->request_stop();
  if (retention_) retention_->request_stop();
}

// From the end of the drain to the successor's start senders wait behind systemd's socket, so the publisher,
// whom a broker may keep waiting, ends first. Where the log has failed nothing more can be acknowledged: then
// the sooner the better.
void App::stop() {
  if (std::exchange(stopped_, true)) return;
  begin_stop();
  pulse_.reset();
  secrets_watch_.reset();
  ask_care_to_stop();
  std::jthread publishing([this] {
    if (publisher_) publisher_->stop();
  });
  if (said_farewell_) publishing.join();
  drain_intake();
  intake_loop_.stop();
  if (poller_) poller_->request_stop();
  if (reconciler_) reconciler_->request_stop();
  if (guard_) guard_->request_stop();
  if (calcom_) calcom_->stop();  // before admin, whose requests wait for it
  if (admin_) {
    boost::asio::post(admin_loop_.io, [this] { admin_->stop(); });
    admin_loop_.finish();
  }
  if (publishing.joinable()) publishing.join();
  polling_ = nullptr;
  reconciling_ = nullptr;
  if (reconciler_) reconciler_->stop();
  if (guard_) guard_->stop();
  if (poller_) poller_->stop();
  if (projector_) projector_->stop();
  if (backups_) backups_->stop();
  if (forgetting_) forgetting_->stop();
  if (retention_) retention_->stop();
  if (log_) log_->close();
}

}  // namespace calsync
