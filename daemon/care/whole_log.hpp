// Is the log whole, so that something may be taken out of it? A restore that was not rejoined and a rebuild that was cut
// short come first: what they bring back would not be taken out.
// Blocks: on the disk. Fails: as EventLog.
#pragma once
#include "state/store/event_log.hpp"

namespace calsync {

Result<std::string> what_comes_first(const EventLog& log);  // "the end of a rejoin"; empty: it is whole

}  // namespace calsync
