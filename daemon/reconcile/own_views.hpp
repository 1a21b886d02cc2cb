// The views with what was done and said from here since the normaliser last ran: a command's own records, where no daemon runs, and
// the daemon's own of this moment.
// Runs on:  any thread.
// Blocks:   on the disk.
// Fails:    as reading the log does; what `read` throws as ViewError.
#pragma once
#include "state/store/event_log.hpp"
#include "state/views/view_table.hpp"

#include <functional>

namespace calsync {

// Raw records from `from` on; `use` returns false where it has seen enough.
Result<void> each_record(const EventLog& log, RawSequence from,
                         const std::function<bool(const RawRecord&)>& use);

Result<void> with_own_views(const EventLog& log, const std::function<void(ViewSource&)>& read);

}  // namespace calsync
