// What the reconciler found, for who asks (DESIGN §7).
#include "daemon/admin/control_routes.hpp"
#include "daemon/admin/status.hpp"

namespace calsync {
namespace {

ServerResponse found(const AdminSources& sources, std::shared_ptr<const std::string> ReconcileStatus::*what,
                     const char* none) {
  const auto status = sources.reconcile ? sources.reconcile() : std::nullopt;
  if (!status)
    return error_response(
        404, "not_found",
        "nothing is reconciled: set config_repo.url and reconcile.mode, or ask `calsync plan`");
  const auto& text = (*status).*what;
  if (text == nullptr) return error_response(503, "unavailable", none);
  return {.body = *text};
}

}  // namespace

ServerResponse show_plan(const AdminSources& sources) {
  return found(sources, &ReconcileStatus::plan,
               "no revision is in force, or the organisation was not looked at yet");
}

ServerResponse show_drift(const AdminSources& sources) {
  return found(sources, &ReconcileStatus::drift, "the organisation was not looked at yet");
}

ServerResponse begin_look(const AdminSources& sources) {
  const auto status = sources.reconcile ? sources.reconcile() : std::nullopt;
  if (!status)
    return error_response(503, "unavailable",
                          "nothing is reconciled: set config_repo.url and reconcile.mode");
  sources.reconcile_soon();
  return {.status = 202, .body = "{}"};
}

}  // namespace calsync
