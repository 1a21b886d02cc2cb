// An assertion of a library that does not hold, RocksDB's above all: Debian builds it with its assertions, and some of them do not
// foresee a disk that failed before. The process then ends as by kill -9, which the log is made for: with one line of our own that
// says so, and an exit code after which systemd starts it again, not by a signal.
// Owner:    nobody; in force from the first line of the process on, in every library that it is linked with.
// Runs on:  the thread that met it. Never returns.
#pragma once

namespace calsync {

// Makes sure that the handler is linked in. Once, at start.
void take_over_failed_assertions();

}  // namespace calsync
