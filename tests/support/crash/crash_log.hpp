// The log, with crash points around what its users ask it to write.
#pragma once
#include "state/store/event_log.hpp"

namespace calsync::crash {

std::unique_ptr<EventLog> watched(std::unique_ptr<EventLog> log);

}  // namespace calsync::crash
