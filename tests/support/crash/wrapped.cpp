// The doors that the linker leads here (--wrap in CMakeLists.txt). The names are those that g++ gives the functions.
#include "connectors/kafka/cluster.hpp"
#include "tests/support/crash/crash_broker.hpp"
#include "tests/support/crash/crash_files.hpp"
#include "tests/support/crash/crash_log.hpp"

namespace calsync::crash {

// EventLog::open
Result<std::unique_ptr<EventLog>> real_open(const LogOptions& options, MetricRegistry& metrics) asm(
    "__real__ZN7calsync8EventLog4openERKNS_10LogOptionsERNS_14MetricRegistryE");
Result<std::unique_ptr<EventLog>> wrapped_open(const LogOptions& options, MetricRegistry& metrics) asm(
    "__wrap__ZN7calsync8EventLog4openERKNS_10LogOptionsERNS_14MetricRegistryE");
std::unique_ptr<Broker> real_reach(KafkaOptions options) asm(
    "__real__ZN7calsync13reach_clusterENS_12KafkaOptionsE");
std::unique_ptr<Broker> wrapped_reach(KafkaOptions options) asm(
    "__wrap__ZN7calsync13reach_clusterENS_12KafkaOptionsE");

Result<std::unique_ptr<EventLog>> wrapped_open(const LogOptions& options, MetricRegistry& metrics) {
  LogOptions crashing = options;
  crashing.disk = &disk();
  crashing.write_buffer_bytes = std::uint64_t{256}
                                << 10U;  // tables are written, and WALs deleted, all the time
  CALSYNC_TRY(log, "open", real_open(crashing, metrics));
  return watched(std::move(log));
}

std::unique_ptr<Broker> wrapped_reach(KafkaOptions options) {
  return watched(real_reach(std::move(options)));
}

}  // namespace calsync::crash
