#include "connectors/calcom/wire/read_delivery.hpp"

namespace calsync {

Observation read_delivery(std::string_view, std::string_view) {
  Observation out;
  out.said = Unreadable{"the reader is not linked yet"};
  return out;
}

}  // namespace calsync
