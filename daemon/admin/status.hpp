// What the daemon says about itself: status, readiness and conditions, from what its parts report.
// Owner:    Admin.
// Runs on:  the admin loop and the pulse.
// Blocks:   no longer than the parts' status calls (short locks).
#pragma once
#include "daemon/admin/conditions.hpp"
#include "daemon/calcom/calcom_calls.hpp"
#include "daemon/care/backup_runner.hpp"
#include "daemon/care/forget_runner.hpp"
#include "daemon/care/retention.hpp"
#include "daemon/poll/poller.hpp"
#include "daemon/publish/publish.hpp"
#include "daemon/reconcile/reconcile_status.hpp"
#include "state/store/event_log.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <functional>
#include <optional>

namespace calsync {

struct IntakeStatus {
  std::optional<std::string> listening{};  // nullopt: no intake
  std::uint64_t connections = 0;
};

// The parts of a running daemon as the admin room sees them. All outlive it.
struct AdminSources {
  EventLog& log;
  MetricRegistry& metrics;
  Clock& clock;
  Conditions& conditions;
  std::function<std::optional<PublisherStatus>()> publisher;  // nullopt: `kafka` is not in the settings
  std::function<IntakeStatus()> intake;
  std::string version;
  std::string settings_file;
  std::string log_path;
  Instant started_at;
  BackupRunner* backups = nullptr;                      // nullptr: none are made
  ForgetRunner* forgetting = nullptr;                   // nullptr: nobody is erased
  CalcomCalls* calcom = nullptr;                        // nullptr: Cal.com's API is not called
  std::function<std::optional<PollStatus>()> poller{};  // empty, or nullopt: nothing is polled
  std::function<void()> sweep_soon{};                   // where something is polled: a full sweep, at once
  Retention* retention = nullptr;                       // nullptr: nothing is trimmed
  std::function<std::optional<ReconcileStatus>()> reconcile{};  // empty, or nullopt: nothing is reconciled
  std::function<void()> reload{};                               // as SIGHUP
  std::function<void()> reconcile_soon{};                       // where something is: a look, at once
};

// Publisher and quarantine, as they are now, into the list of conditions.
void observe_conditions(const AdminSources& sources);

std::vector<std::string> not_ready(const AdminSources& sources);  // empty: ready
boost::json::array conditions_json(const AdminSources& sources);
boost::json::object status_json(const AdminSources& sources,
                                const std::optional<std::string>& admin_listening);

}  // namespace calsync
