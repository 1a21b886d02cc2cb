// What is connected and what is not, as text or JSON.
// Blocks: as the API. Fails: as it.
#pragma once
#include "daemon/cli/calcom_access.hpp"
#include "daemon/people/connections.hpp"

namespace calsync::cli {

// True: nothing is missing that the API can tell of.
Result<bool> show_team_connections(Context& context, CalcomAccess& access, std::int64_t organization,
                                   const std::string& slug, const std::string& team_id);
// What a person does themselves, with the links for it, and what their bookings show.
Result<boost::json::object> person_connections(Context& context, CalcomAccess& access,
                                               const Settings& settings, const std::string& email);
// The same, shown.
Result<void> show_person_connections(Context& context, CalcomAccess& access, const Settings& settings,
                                     const std::string& email);

}  // namespace calsync::cli
