// What SIGHUP does, and what the daemon says about features that are off.
#include "connectors/secrets/servers.hpp"
#include "daemon/app/app.hpp"
#include "daemon/app/options.hpp"
#include "state/base/log.hpp"

namespace calsync {
namespace {

constexpr std::chrono::seconds patience{5};
constexpr std::chrono::milliseconds server_look = std::chrono::minutes{5};

bool names_a_server(const Settings& settings) {
  const auto on_server = [](const SecretRef& ref) { return is_on_server(ref); };
  if (on_server(settings.calcom.api_key) || on_server(settings.admin.token) ||
      on_server(settings.config_repo.push_secret))
    return true;
  return std::ranges::any_of(settings.intake.sources, [&](const IntakeSource& source) {
    return std::ranges::any_of(source.secrets, on_server);
  });
}

bool same(const Secret& one, const Secret& other) {
  return one.reveal() == other.reveal();
}

bool same_secrets(const SecretsInForce& one, const SecretsInForce& other) {
  const auto same_source = [](const ListenerSource& a, const ListenerSource& b) {
    return a.id == b.id && std::ranges::equal(a.secrets, b.secrets,
                                              [](const Secret& x, const Secret& y) { return same(x, y); });
  };
  return same(one.calcom_key, other.calcom_key) && same(one.admin_token, other.admin_token) &&
         same(one.push_secret, other.push_secret) &&
         std::ranges::equal(one.sources, other.sources, same_source);
}

std::string list(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

bool same(const KafkaProperties& one, const KafkaProperties& other) {
  return std::ranges::equal(one, other, [](const auto& a, const auto& b) {
    return a.first == b.first && a.second.reveal() == b.second.reveal();
  });
}

}  // namespace

bool App::is_stopping() {
  const std::lock_guard lock(stopping_mutex_);
  return stopping_;
}

// Under the lock, so that nothing of a reload comes after STOPPING.
bool App::tell_systemd(void (*what)()) {
  const std::lock_guard lock(stopping_mutex_);
  if (!stopping_) what();
  return !stopping_;
}

void App::read_anew() {
  if (!tell_systemd(notify_reloading)) return;
  const auto read = read_settings_file(options_.settings_file);
  std::vector<std::string> errors;
  SecretsInForce secrets;
  if (!read) {
    errors.push_back(read.error().text());
  } else {
    errors = render_errors(options_.settings_file, read->errors);
    if (errors.empty()) {
      use_secret_servers(read->settings.vault, read->settings.doppler);
      secrets = read_secrets_in_force(*read);
      errors = render_errors(options_.settings_file, secrets.errors);
    }
  }
  if (is_stopping()) return;  // what was asked just now has been told to give up
  for (const std::string& warning : render_errors(options_.settings_file, secrets.warnings))
    log::warning(warning, {});
  if (errors.empty()) {
    if (auto taken = take_over(read->settings, std::move(secrets)); !taken)
      errors.push_back(taken.error().text());
  }
  for (const std::string& error : errors) log::error("settings not reloaded: " + error, {});
  tell_stale_secrets();
  if (errors.empty()) {
    conditions_.clear("settings");
    reloads_good_.add();
  } else {
    conditions_.set("settings", Severity::error,
                    "the last reload was refused, the old secrets are in force: " + errors.front());
    reloads_bad_.add();
  }
  tell_systemd(notify_ready);
}

// Those on a server may have been rotated there; files and variables change with a SIGHUP.
std::optional<std::chrono::milliseconds> App::secrets_due() const {
  if (!names_a_server(options_.settings)) return std::nullopt;
  return std::min(server_look, secret_servers_due().value_or(server_look));
}

void App::start_secrets_watch() {
  secrets_watch_ = std::make_unique<SecretsWatch>(SecretsWatch::Parts{
      .reload = [this] { read_anew(); },
      .refresh = [this] { refresh_secrets(); },
      .due = [this] { return secrets_due(); },
      .is_slow =
          [this] {
            const std::string server = slow_secret_server();
            if (server.empty()) return;
            conditions_.set("secrets", Severity::warning,
                            "waiting for " + server + ": the secrets of before stay in force meanwhile");
          },
      .slow_has_ended = [this] { show_secrets(); }});
}

void App::show_secrets() {
  if (secrets_problem_.empty())
    conditions_.clear("secrets");
  else
    conditions_.set("secrets", Severity::warning, secrets_problem_);
}

void App::tell_secrets(std::string problem) {
  secrets_problem_ = std::move(problem);
  show_secrets();
}

void App::tell_stale_secrets() {
  const std::string stale = stale_secrets();
  tell_secrets(stale.empty() ? stale : "the last good secret stays in force: " + stale);
}

void App::refresh_secrets() {
  const SecretsInForce now =
      read_secrets_in_force({.settings = options_.settings, .lines = {}, .errors = {}, .warnings = {}});
  if (!now.errors.empty())
    return tell_secrets("the secrets of before stay in force: " + now.errors.front().what);
  tell_stale_secrets();
  if (same_secrets(now, options_.secrets)) return;
  if (auto taken = take_over(options_.settings, now); !taken)
    tell_secrets("the secrets of before stay in force: " + taken.error().what);
}

std::vector<GuardedSource> guarded_sources(const std::vector<ListenerSource>& sources) {
  std::vector<GuardedSource> out;
  out.reserve(sources.size());
  for (const ListenerSource& source : sources) out.push_back({source.id.value(), source.secrets});
  return out;
}

Result<void> App::take_over(const Settings& now, SecretsInForce secrets) {
  auto waiting = changes_that_need_restart(options_.settings, now);
  // The producer keeps those that it was made with: they are what a later reload is compared with, too.
  if (!same(secrets.kafka_properties, options_.secrets.kafka_properties))
    waiting.emplace_back("kafka.properties");
  secrets.kafka_properties = options_.secrets.kafka_properties;
  if (!calcom_ && !secrets.calcom_key.empty()) waiting.emplace_back("calcom.api_key");
  if (!intake_ && !secrets.sources.empty()) waiting.emplace_back("intake.sources");
  if (intake_) {
    if (secrets.sources.empty())
      return Error{Errc::rejected, "intake.sources is empty now: restart the daemon to close the intake"};
    const auto taken = std::make_shared<Result<void>>();
    const bool ran = intake_loop_.run_and_wait(
        [this, taken, sources = secrets.sources, push_secret = secrets.push_secret] {
          *taken = intake_->reload(sources);
          if (*taken) push_secret_ = push_secret;
        },
        patience);
    if (!ran) return Error{Errc::timeout, "the intake does not answer"};
    if (!*taken) return *taken;
  }
  if (guard_) {
    {
      const std::lock_guard lock(guarded_mutex_);
      guarded_ = guarded_sources(secrets.sources);
    }
    guard_->look_soon();
  }
  if (calcom_ && !secrets.calcom_key.empty()) calcom_->set_key(secrets.calcom_key);
  admin_loop_.run_and_wait([this, token = secrets.admin_token] { admin_->set_token(token); }, patience);
  options_.secrets = std::move(secrets);
  log::info("secrets and certificates reloaded",
            {log::field("sources", std::uint64_t{options_.secrets.sources.size()})});
  if (waiting.empty()) {
    conditions_.clear("restart");
  } else {
    const std::string changed = "these settings changed and wait for a restart: " + list(waiting);
    conditions_.set("restart", Severity::warning, changed);
    log::warning(changed, {});
  }
  return {};
}

void App::tell_what_is_missing() {
  const Settings& settings = options_.settings;
  if (settings.intake.sources.empty()) {
    conditions_.set("intake", Severity::info, "intake.sources is not set: no webhooks are taken");
    log::warning("intake.sources is not set: this daemon takes no webhooks", {});
  }
  if (!settings.kafka.present) {
    conditions_.set("kafka", Severity::info, "the section kafka is not set: events stay in the log");
    log::warning("the section kafka is not set: events stay in the log", {});
  } else if (settings.kafka.mode == KafkaMode::embedded) {
    conditions_.set(
        "kafka", Severity::info,
        "demo: the embedded broker keeps nothing and proves nothing; kafka.mode: cluster is for real use");
    log::warning("demo: the embedded broker keeps nothing; every start publishes from event 1", {});
  }
  if (!settings.calcom.present)
    log::info("the section calcom is not set: nothing is polled, webhooks alone decide", {});
}

void App::tell_what_is_on() {
  const LogHead head = log_->head();
  log::info("calsyncd is up",
            {log::field("version", CALSYNC_VERSION), log::field("log", options_.settings.log.path),
             log::field("log_id", log_->id().value()), log::field("records", head.raw.value()),
             log::field("events", head.event.value()),
             log::field("intake", admin_->sources().intake().listening.value_or("off")),
             log::field("admin", admin_->listening())});
}

}  // namespace calsync
