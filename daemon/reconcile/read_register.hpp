// The ownership register as planning takes it, and the records that keep it.
// Runs on:  any thread.
// Blocks:   on the disk.
// Fails:    as reading the log does; corrupt, naming the row.
#pragma once
#include "config/plan/plan.hpp"
#include "state/store/event_log.hpp"

namespace calsync {

// Also what was applied since the normaliser last ran (a command's own, where no daemon runs).
Result<Register> read_register(const EventLog& log);

std::string applied_record(const std::string& address, const Owned& owned);
std::string removed_record(const std::string& address);

}  // namespace calsync
