// What the reconciler says of itself, for status, metrics and the page.
// Owner: Reconciler; copies are handed out.
#pragma once
#include "config/settings/settings.hpp"
#include "daemon/reconcile/suspensions.hpp"
#include "state/base/time.hpp"

#include <boost/json/object.hpp>

#include <array>
#include <memory>

namespace calsync {

// As Kubernetes' controllers have them: each true or false, since when, and why.
struct ReconcileCondition {
  const char* type = "";
  bool is_true = false;
  std::string reason{}, message{};  // one word; a line with the cure
  Instant since{};
};

struct ReconcileStatus {
  ReconcileMode mode = ReconcileMode::off;
  std::string branch;
  std::string seen, in_force;  // commits; empty: none yet
  std::string applied;         // of which nothing was left to do, at the last look
  std::optional<Instant> last_look, next_look;
  std::size_t changes = 0, drifted = 0, refused = 0, held = 0;  // addresses, as of the last look
  Suspensions suspended;
  std::array<ReconcileCondition, 4> conditions{
      ReconcileCondition{.type = "Ready"}, {.type = "Reconciling"}, {.type = "Stalled"}, {.type = "Drifted"}};
  std::shared_ptr<const std::string> plan,
      drift;  // JSON, as `calsync plan` and `drift` give it; null: not looked yet

  void set(std::string_view type, bool is_true, std::string reason, std::string message, Instant now);
  [[nodiscard]] const ReconcileCondition& condition(std::string_view type) const;
};

boost::json::object status_json(const ReconcileStatus& status);

}  // namespace calsync
