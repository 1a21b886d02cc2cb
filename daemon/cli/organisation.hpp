// What plan, apply, drift and import share: the files of a folder, the live organisation, and what is ours.
#pragma once
#include "connectors/calcom/resources/live_state.hpp"
#include "daemon/cli/calcom_access.hpp"
#include "daemon/reconcile/config_commit.hpp"
#include "daemon/reconcile/config_folder.hpp"
#include "daemon/reconcile/organisation_now.hpp"

namespace calsync::cli {

struct Configuration {
  Desired desired;
  ConfigSource source;
};
// All errors of the files are told on standard error. Fails: rejected, where there is one; not_found; as config_source.
Result<Configuration> read_configuration(Context& context, const std::string& folder);

// What another commit declared in that folder (DESIGN §12.8, --base). Fails: as read_config_commit; rejected, where its files had
// errors.
Result<Register> declared_at(Context& context, const std::string& folder, const std::string& revision);

// From the daemon's log, or from one that nobody has open. nullopt: there is no log here.
Result<std::optional<OwnState>> read_own_state_here(Context& context, const Settings& settings,
                                                    const CalcomAccess* access);

PlanOptions plan_options(const Context& context, const Settings& settings, const LiveState& live,
                         const std::optional<OwnState>& own);

// How plans are painted on this terminal.
Paints paints_of(const Console& console);

}  // namespace calsync::cli
