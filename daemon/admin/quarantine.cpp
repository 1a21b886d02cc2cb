// GET /api/v1/quarantine: what could not be read, and why; never what is in it.
#include "daemon/admin/control_routes.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

constexpr std::size_t rows_most = 200;

json::value received_of(const EventLog& log, RawSequence sequence) {
  const auto record = log.raw(sequence);
  return record ? json::value(to_text(record->received)) : json::value(nullptr);
}

}  // namespace

ServerResponse show_quarantine(const EventLog& log) {
  const auto entries = log.quarantine(RawSequence{0}, rows_most);
  if (!entries) return error_response(503, "unavailable", entries.error().what);
  json::array items;
  for (const QuarantineEntry& entry : *entries)
    items.push_back(json::object{{"sequence", entry.sequence.value()},
                                 {"received", received_of(log, entry.sequence)},
                                 {"reason", entry.reason},
                                 {"normaliserVersion", entry.normaliser_version}});
  return {.body =
              json::serialize(json::object{{"items", std::move(items)}, {"count", log.quarantine_size()}})};
}

}  // namespace calsync
