// What plan, apply, drift and import share: the files of a folder, the live organisation, and what is ours.
#pragma once
#include "connectors/calcom/resources/live_state.hpp"
#include "daemon/cli/calcom_access.hpp"
#include "daemon/reconcile/config_folder.hpp"
#include "daemon/reconcile/read_register.hpp"

namespace calsync::cli {

// All errors of the files are told on standard error. Fails: rejected, where there is one; not_found.
Result<Desired> read_configuration(Context& context, const std::string& folder);

// Also integrations, where the files ask for any.
Result<LiveState> read_live_now(CalcomApi& api, const Settings& settings, const Desired& desired, ApiUse use);

// From the daemon's log, or from one that nobody has open. nullopt: there is no log here.
Result<std::optional<Register>> read_register_here(Context& context, const Settings& settings,
                                                   const CalcomAccess* access);

PlanOptions plan_options(const Settings& settings, const LiveState& live,
                         const std::optional<Register>& owned);

// How plans are painted on this terminal.
Paints paints_of(const Console& console);

}  // namespace calsync::cli
