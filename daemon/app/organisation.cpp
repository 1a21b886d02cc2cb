// The parts that look after the organisation: its subscription to us, and what Git says of it.
#include "connectors/git/push_hint.hpp"
#include "daemon/app/app.hpp"

namespace calsync {

void App::start_guard() {
  const Settings& settings = options_.settings;
  if (!calcom_ || settings.calcom.organization_id == 0 || settings.intake.public_url.empty() ||
      settings.intake.sources.empty())
    return;
  guarded_ = guarded_sources(options_.secrets.sources);
  const auto on_problem = [this](const std::string& problem) {
    if (problem.empty())
      conditions_.clear("subscription");
    else
      conditions_.set("subscription", Severity::warning, problem + ": see `calsync doctor`");
  };
  guard_ = IntakeGuard::start(calcom_->changes(), guard_probe_,
                              {.settings = settings,
                               .sources =
                                   [this] {
                                     const std::lock_guard lock(guarded_mutex_);
                                     return guarded_;
                                   },
                               .note = [this](const std::string& record) { return note(record); },
                               .on_problem = on_problem});
}

Result<void> App::note(const std::string& record) {
  CALSYNC_CHECK("note it in the log", log_->append_and_wait({.source = RecordSource::apply,
                                                             .source_id = {},
                                                             .content_type = "application/json",
                                                             .received = clock_.wall(),
                                                             .body = record}));
  return {};
}

void App::start_reconciler() {
  const Settings& settings = options_.settings;
  if (settings.config_repo.url.empty() || settings.reconcile.mode == ReconcileMode::off || must_rejoin_)
    return;
  if (!calcom_ || settings.calcom.organization_id == 0) {
    conditions_.set(
        "reconcile", Severity::warning,
        "config_repo.url is set, but not calcom: set calcom.organization_id and calcom.api_key to reconcile");
    return;
  }
  reconciler_ = Reconciler::start(
      calcom_->changes(), *log_, clock_, reconcile_probe_,
      {.settings = settings, .on_status = [this](const ReconcileStatus& status) { tell_reconcile(status); }});
  reconciling_ = reconciler_.get();
}

void App::tell_reconcile(const ReconcileStatus& status) {
  const ReconcileCondition &ready = status.condition("Ready"), &stalled = status.condition("Stalled"),
                           &drifted = status.condition("Drifted");
  if (ready.is_true || ready.reason == "Starting")
    conditions_.clear("reconcile");
  else
    conditions_.set("reconcile", stalled.is_true ? Severity::error : Severity::warning,
                    ready.reason + ": " + ready.message);
  if (drifted.is_true)
    conditions_.set("drift", Severity::warning, drifted.message);
  else
    conditions_.clear("drift");
}

// Where the secret is set: without one anybody could make us fetch.
std::optional<PushHook> App::push_hook() {
  if (options_.secrets.push_secret.empty() || options_.settings.config_repo.url.empty()) return std::nullopt;
  push_secret_ = options_.secrets.push_secret;
  return PushHook{.is_genuine =
                      [this](const PushHook::HeaderOf& header, std::string_view body) {
                        return push_sender(header, body, push_secret_.reveal()).has_value();
                      },
                  .is_push = [](const PushHook::HeaderOf& header) { return tells_of_a_push(header); },
                  .told =
                      [this] {
                        if (Reconciler* reconciler = reconciling_; reconciler != nullptr)
                          reconciler->fetch_soon();
                      }};
}

}  // namespace calsync
