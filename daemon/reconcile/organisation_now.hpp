// What commands and the reconciler share of planning: the live organisation, the options, and what was applied as if files said it.
// Runs on:  any thread.
// Blocks:   read_live_for() as read_live; the others never.
// Fails:    as read_live.
#pragma once
#include "config/settings/settings.hpp"
#include "connectors/calcom/resources/live_state.hpp"
#include "daemon/reconcile/own_state.hpp"

namespace calsync {

// With what costs further calls only where `desired`, or what is ours (null: no log), has any: integrations, webhooks of one event
// type, event types of the key's person.
Result<LiveState> read_live_for(CalcomReads& api, const Settings& settings, const Desired& desired,
                                const OwnState* own, ApiUse use);

// `own` (null: no log) outlives the options.
PlanOptions plan_options(const Settings& settings, const LiveState& live, const OwnState* own, Instant now);

Desired as_applied(const Register& owned);

}  // namespace calsync
