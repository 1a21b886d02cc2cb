#include "connectors/calcom/sandbox/resources.hpp"

namespace calsync::sandbox {

Routes resource_routes() {
  Routes all;
  for (const auto part : {team_routes, user_routes, membership_routes, schedule_routes})
    for (Route& route : part()) all.push_back(std::move(route));
  return all;
}

}  // namespace calsync::sandbox
