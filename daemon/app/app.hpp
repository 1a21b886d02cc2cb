// All parts of the daemon, started in the order written in start(), stopped in reverse:
//   log → projector → calls to Cal.com → admin and control → intake → publisher → pulse, backups and retention
// Threads: the intake loop, the admin loop, the log's writer, publisher, projector, pulse, backups, retention;
//          main() only waits.
// Owner:    run_daemon().
// Runs on:  the main thread.
// Blocks:   start() on opening the log, stop() on draining.
// Fails:    start(): the error of the part that cannot start; the parts before it are stopped. Later: on_end.
#pragma once
#include "daemon/admin/admin.hpp"
#include "daemon/app/pulse.hpp"
#include "daemon/app/secrets_in_force.hpp"
#include "daemon/app/secrets_watch.hpp"
#include "daemon/app/systemd.hpp"
#include "daemon/app/wakeups.hpp"
#include "daemon/calcom/calcom_calls.hpp"
#include "daemon/care/backup_runner.hpp"
#include "daemon/care/forget_runner.hpp"
#include "daemon/care/retention.hpp"
#include "daemon/guard/intake_guard.hpp"
#include "daemon/poll/poller.hpp"
#include "daemon/project/project.hpp"
#include "daemon/reconcile/reconciler.hpp"

namespace calsync {

struct AppOptions {
  Settings settings;
  std::string settings_file;
  SecretsInForce secrets;
  InheritedSockets sockets;
  std::optional<std::uint64_t> accept_cursor;
  bool takeover = false;
  std::function<void(End)> on_end;  // any thread: a part has ended for good; stop() is then to be called
};

std::vector<GuardedSource> guarded_sources(const std::vector<ListenerSource>& sources);

class App {
 public:
  static Result<std::unique_ptr<App>> start(AppOptions options);
  ~App();  // NOLINT(bugprone-exception-escape): see there
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  // SIGHUP. Secrets and certificates only; what else changed waits for the next start. A bad file changes
  // nothing. Returns at once.
  void reload() { secrets_watch_->reload_soon(); }
  void begin_stop();    // before systemd is told: from here on it hears of no reload
  void say_farewell();  // before stop(), where all is well: kept connections end without a loss
  void stop();

 private:
  explicit App(AppOptions options);
  Result<void> open_log();
  Result<void> look_for_restore();
  void start_publisher();
  void start_projector();
  Result<void> start_calcom();
  Result<void> start_admin();
  Result<void> start_intake();
  void start_pulse();
  void start_secrets_watch();
  void read_anew();
  [[nodiscard]] bool is_stopping();
  bool tell_systemd(void (*what)());  // false: not any more
  // When refresh_secrets() is due; nullopt: no secret is on a server.
  [[nodiscard]] std::optional<std::chrono::milliseconds> secrets_due() const;
  void refresh_secrets();
  void start_poller();
  void start_guard();
  Result<void> note(const std::string& record);  // of source `apply`
  void start_reconciler();
  void tell_reconcile(const ReconcileStatus& status);
  [[nodiscard]] std::optional<PushHook> push_hook();
  void prepare_backups();
  void ask_care_to_stop();
  void prepare_retention();
  void tell_stale_secrets();
  void tell_secrets(std::string problem);  // empty: all is well
  void show_secrets();
  void tell_what_is_missing();
  void tell_what_is_on();

  [[nodiscard]] std::optional<PublisherStatus> publisher_status() const;
  [[nodiscard]] AdminSources admin_sources();
  [[nodiscard]] DeliverySink sink();
  void log_failed(const Error& error);
  void end(int code, const std::string& why);
  void end_for(const std::string& what, const Error& error);
  Result<void> take_over(const Settings& now, SecretsInForce secrets);
  void drain_intake();

  AppOptions options_;
  SystemClock clock_;
  MetricRegistry metrics_;
  CalcomProbe calcom_probe_{metrics_};
  PollProbe poll_probe_{metrics_};
  ReconcileProbe reconcile_probe_{metrics_};
  GuardProbe guard_probe_{metrics_};
  Conditions conditions_{clock_};
  Gauge intake_connections_{metrics_, "calsync_intake_connections", "Open connections."};
  Counter reloads_good_{metrics_, "calsync_settings_reloads_total", "SIGHUPs.", {{"outcome", "taken"}}};
  Counter reloads_bad_{metrics_, "calsync_settings_reloads_total", "SIGHUPs.", {{"outcome", "refused"}}};
  std::atomic<std::uint16_t> intake_port_{0};          // 0: no intake (yet)
  std::atomic<const Publisher*> publishing_{nullptr};  // for the admin loop, which starts before it
  bool said_farewell_ = false, stopped_ = false;
  std::mutex stopping_mutex_;
  bool stopping_ = false;                 // guarded by it
  std::atomic<bool> polled_once_{false};  // since the start, with success
  bool must_rejoin_ = false;  // a restored log: deliveries are taken in, nothing is read or published

  // The loops outlive the log: its writer completes appends by posting to them.
  LoopThread intake_loop_;
  LoopThread admin_loop_;
  std::unique_ptr<WebhookListener> intake_;
  std::unique_ptr<EventLog> log_;
  std::unique_ptr<CalcomCalls> calcom_;  // null: `calcom` or its key is not in the settings
  std::unique_ptr<Projector> projector_;
  std::unique_ptr<Publisher> publisher_;  // after the projector, which it tells to begin
  std::unique_ptr<Admin> admin_;
  std::unique_ptr<BackupRunner> backups_;
  std::unique_ptr<ForgetRunner> forgetting_;
  std::unique_ptr<Poller> poller_;         // null: as calcom_
  std::atomic<Poller*> polling_{nullptr};  // for the writer and the admin loop
  std::unique_ptr<IntakeGuard> guard_;     // null: intake.public_url is not set, or as calcom_
  std::mutex guarded_mutex_;
  std::vector<GuardedSource> guarded_;      // guarded by it; the secrets in force
  std::unique_ptr<Reconciler> reconciler_;  // null: config_repo.url is not set, mode off, or as calcom_
  std::atomic<Reconciler*> reconciling_{nullptr};  // for the intake and the admin loop
  Secret push_secret_;                             // the intake loop's, once that runs
  std::unique_ptr<Retention> retention_;
  std::unique_ptr<Pulse> pulse_;
  std::string secrets_problem_;  // of the last look: its thread's, between two of them the watch's
  std::unique_ptr<SecretsWatch> secrets_watch_;  // its thread alone changes options_.secrets
};

}  // namespace calsync
