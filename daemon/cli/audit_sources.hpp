// The three sides of an audit, as they are read: the log, Cal.com's API, Kafka.
// Blocks:   on disk and network.
#pragma once
#include "config/settings/settings.hpp"
#include "connectors/calcom/api.hpp"
#include "daemon/audit/history.hpp"
#include "daemon/audit/join_api.hpp"
#include "daemon/audit/join_kafka.hpp"
#include "daemon/audit/join_states.hpp"
#include "daemon/cli/scan.hpp"

#include <set>

namespace calsync::cli {

struct LogSide {
  std::vector<audit::Finding> history;
  std::size_t records = 0;  // since the audit's beginning
  EventSequence first{1};   // of the events that were made since
  EventSequence settled{};  // the last event that Kafka must have by now
  std::size_t quarantined = 0;
};
// `due`: what was taken in later than this need not be in Kafka yet.
Result<LogSide> read_log_side(const EventLog& log, Instant since, Instant due, const ScanOptions& scan);

struct ApiSide {
  audit::ApiBookings bookings;  // that start at `since` or later
  std::set<std::string>
      members;  // e-mails of the organisation's people; empty: everybody's bookings are ours
};
Result<ApiSide> read_api_side(CalcomReads& api, std::int64_t organization, Instant since);

struct ApiAudit {
  std::vector<audit::Finding> findings;
  std::size_t bookings = 0, foreign = 0;
  std::size_t not_asked = 0;  // known ones that the list lacked, beyond what is asked for one by one
};
// Bookings whose organiser is of another organisation are no business of the log's, unless it has them.
Result<ApiAudit> audit_api(const EventLog& log, CalcomReads& api, const Settings& settings, Instant since,
                           Instant settled);

struct KafkaAudit {
  std::vector<audit::Finding> findings;
  audit::KafkaJoin join;  // without its findings
};
Result<KafkaAudit> audit_kafka(const EventLog& log, const Settings::Kafka& settings, const LogSide& side,
                               Instant due);

// What only the daemon's metrics tell, since it started. nullopt: no daemon runs.
struct IntakeAttempts {
  std::uint64_t bad_signatures = 0, duplicates = 0;
};
IntakeAttempts attempts_in(std::string_view metrics);

}  // namespace calsync::cli
