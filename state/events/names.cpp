#include "state/events/event_record.hpp"
#include "state/events/observation.hpp"
#include "state/events/raw_delivery.hpp"

namespace calsync {

const char* to_text(RecordSource source) {
  switch (source) {
    case RecordSource::webhook:
      return "webhook";
    case RecordSource::poll:
      return "poll";
    case RecordSource::apply:
      return "apply";
    case RecordSource::rejoin:
      return "rejoin";
    case RecordSource::retry:
      return "retry";
  }
  return "unknown";
}

const char* to_text(Topic topic) {
  switch (topic) {
    case Topic::bookings:
      return "bookings";
    case Topic::ooo:
      return "ooo";
    case Topic::forms:
      return "forms";
    case Topic::system:
      return "system";
    case Topic::config:
      return "config";
  }
  return "unknown";
}

const char* to_text(Origin origin) {
  switch (origin) {
    case Origin::webhook:
      return "webhook";
    case Origin::poll:
      return "poll";
    case Origin::apply:
      return "apply";
  }
  return "unknown";
}

const char* to_text(BookingStatus status) {
  switch (status) {
    case BookingStatus::awaiting_host:
      return "awaiting_host";
    case BookingStatus::pending:
      return "pending";
    case BookingStatus::accepted:
      return "accepted";
    case BookingStatus::rejected:
      return "rejected";
    case BookingStatus::cancelled:
      return "cancelled";
  }
  return "unknown";
}

Digest delivery_identity(const RawDelivery& delivery) {
  Sha256 hash;
  hash.add(std::to_string(delivery.source_id.value().size()) + ":");
  hash.add(delivery.source_id.value());
  hash.add(delivery.body);
  return hash.finish();
}

}  // namespace calsync
