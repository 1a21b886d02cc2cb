#include "connectors/calcom/sandbox/resources.hpp"

namespace calsync::sandbox {

Routes resource_routes() {
  Routes all;
  for (const auto part : {team_routes, user_routes, membership_routes, schedule_routes, event_type_routes,
                          webhook_routes, out_of_office_routes, workflow_routes, own_routes,
                          integration_routes, verified_routes, attribute_routes, slot_routes})
    for (Route& route : part()) all.push_back(std::move(route));
  return all;
}

}  // namespace calsync::sandbox
