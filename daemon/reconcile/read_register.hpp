// The ownership register as planning takes it, and the records that keep it without a change having been made.
// Runs on:  any thread.
// Blocks:   on the disk.
// Fails:    as reading the log does; corrupt, naming the row.
#pragma once
#include "config/plan/plan.hpp"
#include "state/store/event_log.hpp"

namespace calsync {

// Also what was applied since the normaliser last ran (a command's own, where no daemon runs).
Result<Register> read_register(const EventLog& log);

// What is in these views alone. Throws ViewError.
Register register_in(ViewSource& views);

// The bodies of such records (register.hpp, config_fold.hpp).
std::string adopted_record(const std::string& address, const Owned& owned);
std::string forgotten_record(const std::string& address);  // it has another address now

}  // namespace calsync
