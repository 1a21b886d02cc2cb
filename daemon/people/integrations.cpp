#include "daemon/people/integrations.hpp"

namespace calsync {
namespace {

constexpr std::size_t most_records = 1000;

}  // namespace

void IntegrationsSeen::take(const AppsTold& told, Instant at) {
  ++deliveries;
  if (!told.calendar) ++without_calendar;
  for (const AppStatus& status : told.apps) {
    App& app = apps[status.app];
    ++(status.worked ? app.worked : app.failed);
    app.last = at;
    app.last_worked = status.worked;
    if (status.worked) continue;
    app.last_error = status.error;
  }
}

Result<IntegrationsSeen> integrations_seen(const EventLog& log, const std::string& email, Instant since) {
  CALSYNC_TRY(all, "records of the person", log.records_of(email));
  IntegrationsSeen out;
  const std::size_t skipped = all.size() > most_records ? all.size() - most_records : 0;
  for (const RawSequence sequence : std::span(all).subspan(skipped)) {
    CALSYNC_TRY(record, "read raw", log.raw(sequence));
    if (record.source != RecordSource::webhook || !record.body || record.received < since) continue;
    if (const auto told = apps_told(*record.body); told && told->organizer == email)
      out.take(*told, record.received);
  }
  return out;
}

}  // namespace calsync
