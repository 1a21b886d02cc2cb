#include "connectors/calcom/sandbox/routes.hpp"

namespace calsync::sandbox {

Routes booking_routes() {
  return {};
}

}  // namespace calsync::sandbox
