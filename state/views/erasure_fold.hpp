// What `calsync forget` tells consumers, as records of source `apply` (DESIGN §12.5). Pure.
// Bodies, JSON; neither names the person:
//   {"record":"booking.erased","uid":TEXT,"price":INTEGER|null,"currency":TEXT|null}
//       price: as it was first told, for invoices. Makes `booking.erased` with what is left of the booking, and its
//       tombstone in booking-state; nothing, where the row is not erased, or was told already.
//   {"record":"person.erased","person":TEXT,"records":N,"events":N,"bookings":N,"upto":N}
//       person: 16 bytes in hex, an HMAC under the log's own key: it tells two erasures apart and nothing else.
//       Makes `subject.erased`, the proof.
#pragma once
#include "state/views/folding.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace calsync {

struct ErasedBooking {
  std::string uid;
  std::optional<std::int64_t> price;
  std::string currency;
};
struct ErasedPerson {
  std::string tag;
  std::uint64_t records = 0, events = 0, bookings = 0, upto = 0;
};
std::string erased_record(const ErasedBooking& booking);
std::string erased_record(const ErasedPerson& person);

// Nothing, where it is neither of these.
void fold_erasure(Folding& folding, const boost::json::object& said);

}  // namespace calsync
