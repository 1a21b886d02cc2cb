#include "connectors/calcom/sandbox/routes.hpp"

namespace calsync::sandbox {

Routes resource_routes() {
  return {};
}

}  // namespace calsync::sandbox
