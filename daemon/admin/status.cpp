#include "daemon/admin/status.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}
json::value text_or_null(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value(nullptr);
}

void observe_publisher(const AdminSources& sources, const PublisherStatus& status) {
  const std::string why = status.last_error.empty() ? "" : ": " + status.last_error;
  switch (status.state) {
    case PublisherState::waiting_for_broker:
      if (status.needs_a_person)
        return sources.conditions.set("publisher", Severity::error, "holds, the log keeps growing" + why,
                                      true);
      return sources.conditions.set("publisher", Severity::warning,
                                    "waiting for Kafka, the log keeps growing" + why);
    case PublisherState::stood_down:
      return sources.conditions.set("publisher", Severity::error, "stood down for a newer instance" + why);
    case PublisherState::refused:
      return sources.conditions.set("publisher", Severity::error, "refuses to publish" + why);
    case PublisherState::starting:
    case PublisherState::publishing:
    case PublisherState::stopped:
      return sources.conditions.clear("publisher");
  }
}

json::value publisher_json(const AdminSources& sources, const LogHead& head) {
  const auto status = sources.publisher();
  if (!status) return nullptr;
  const std::uint64_t published = status->published.value();
  return json::object{{"mode", status->mode},
                      {"state", to_text(status->state)},
                      {"published", published},
                      {"lag", head.event.value() - std::min(head.event.value(), published)},
                      {"generation", status->generation},
                      {"lastError", text_or_null(status->last_error)},
                      {"bootstrap", text_or_null(status->bootstrap)}};
}

json::value instant_or_null(const std::optional<Instant>& at) {
  return at ? json::value(to_text(*at)) : json::value(nullptr);
}

json::value poll_json(const AdminSources& sources) {
  const auto status = sources.poller ? sources.poller() : std::nullopt;
  if (!status) return nullptr;
  return json::object{
      {"lastGood", instant_or_null(status->last_good)},
      {"nextAt", instant_or_null(status->next_at)},
      {"watermark", instant_or_null(status->watermark)},
      {"intervalSeconds", std::chrono::duration<double>(status->interval).count()},
      {"requests", status->requests},
      {"sweepShare", status->sweep_share ? json::value(*status->sweep_share) : json::value(nullptr)},
      {"polls", status->polls},
      {"found", status->found},
      {"lastError", text_or_null(status->last_error)}};
}

json::value reconcile_json(const AdminSources& sources) {
  const auto status = sources.reconcile ? sources.reconcile() : std::nullopt;
  if (!status) return nullptr;
  return status_json(*status);
}

void observe_disk(const AdminSources& sources) {
  if (!sources.log.disk_full()) return sources.conditions.clear("disk");
  sources.conditions.set("disk", Severity::error,
                         "no room on the disk of log.path: webhooks are refused with 503", true);
}

void observe_backups(const AdminSources& sources) {
  if (sources.backups == nullptr) return;
  const BackupState state = sources.backups->state();
  if (!state.failed) return sources.conditions.clear("backup");
  sources.conditions.set("backup", Severity::warning, "the last backup failed: " + state.failed->what);
}

void observe_retention(const AdminSources& sources) {
  if (sources.retention == nullptr) return;
  const RetentionState state = sources.retention->state();
  if (!state.failed) return sources.conditions.clear("retention");
  sources.conditions.set("retention", Severity::warning,
                         "the log is not trimmed (log.retention): " + state.failed->what);
}

}  // namespace

void observe_conditions(const AdminSources& sources) {
  observe_disk(sources);
  observe_backups(sources);
  observe_retention(sources);
  if (const auto status = sources.publisher()) observe_publisher(sources, *status);
  const std::uint64_t quarantined = sources.log.quarantine_size();
  if (quarantined == 0) return sources.conditions.clear("quarantine");
  sources.conditions.set(
      "quarantine", Severity::warning,
      (quarantined == 1 ? "1 record could not be understood and is kept"
                        : std::to_string(quarantined) + " records could not be understood and are kept") +
          std::string(": see `calsync log quarantine`"));
}

std::vector<std::string> not_ready(const AdminSources& sources) {
  observe_conditions(sources);
  std::vector<std::string> reasons;
  if (const auto status = sources.publisher(); status && !status->cursor_known)
    reasons.push_back("kafka: the cursor has not been read yet (" + std::string(to_text(status->state)) +
                      (status->last_error.empty() ? ")" : "): " + status->last_error));
  for (const Condition& condition : sources.conditions.list())
    if (condition.blocks_ready) reasons.push_back(condition.component + ": " + condition.message);
  return reasons;
}

json::array conditions_json(const AdminSources& sources) {
  observe_conditions(sources);
  json::array out;
  for (const Condition& condition : sources.conditions.list())
    out.push_back(json::object{{"component", condition.component},
                               {"severity", to_text(condition.severity)},
                               {"message", condition.message},
                               {"since", to_text(condition.since)}});
  return out;
}

namespace {

json::object log_json(const AdminSources& sources, const LogHead& head) {
  const LogCut cut = sources.log.cut();
  const bool trimmed = cut.raw.value() > 0;
  return {{"path", sources.log_path},
          {"id", sources.log.id().value()},
          {"rawHead", head.raw.value()},
          {"eventHead", head.event.value()},
          {"normalised", head.normalised.value()},
          {"cutRaw", cut.raw.value()},
          {"cutEvent", cut.event.value()},
          {"cutReceived", trimmed ? json::value(to_text(cut.received)) : json::value(nullptr)},
          {"quarantined", sources.log.quarantine_size()}};
}

}  // namespace

json::object status_json(const AdminSources& sources, const std::optional<std::string>& admin_listening) {
  const LogHead head = sources.log.head();
  const IntakeStatus intake = sources.intake();
  const auto reasons = not_ready(sources);
  return json::object{{"version", sources.version},
                      {"startedAt", to_text(sources.started_at)},
                      {"settings", sources.settings_file},
                      {"log", log_json(sources, head)},
                      {"publisher", publisher_json(sources, head)},
                      {"intake", json::object{{"listening", text_or_null(intake.listening)},
                                              {"connections", intake.connections}}},
                      {"admin", json::object{{"listening", text_or_null(admin_listening)}}},
                      {"poll", poll_json(sources)},
                      {"reconcile", reconcile_json(sources)},
                      {"conditions", conditions_json(sources)},
                      {"ready", reasons.empty()},
                      {"notReady", json::array(reasons.begin(), reasons.end())}};
}

}  // namespace calsync
