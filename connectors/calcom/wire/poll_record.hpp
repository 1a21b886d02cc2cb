// What a poll puts into the log (source `poll`): a row of Cal.com's API byte for byte, inside a small envelope. Bodies, JSON:
//   {"poll":"booking","readAt":T,"row":ROW}                     a row that differs from what is known
//   {"poll":"booking","readAt":T,"confirmed":true,"row":ROW}    read for this booking alone, or seen to differ by two sweeps: it
//                                                               counts as of readAt, however old its updatedAt
//   {"poll":"booking","readAt":T,"ancestors":[UID…],"row":ROW}  where its rescheduledFromUid was not known: of which that one came,
//                                                               nearest first
//   {"poll":"booking","readAt":T,"vanished":UID}                404, twice
//   {"poll":"ooo","readAt":T,"row":ROW,"user":PERSON|null,"toUser":PERSON|null}   PERSON = {"id":n,"email":TEXT,"name":TEXT|null}
//   {"poll":"ooo","readAt":T,"deleted":{"id":n,"uuid":TEXT}}    missing from the list, twice
// T = "2026-11-20T09:30:00.000Z". Rows of bookings: CONTRACT §12; of time off: §9 (they name people by number only).
// Runs on:  any thread; pure.
// Promises: as read_delivery().
#pragma once
#include "state/events/observation.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace calsync {

Observation read_poll_record(std::string_view body);

struct PollPerson {
  std::int64_t id = 0;
  std::string email;
  std::optional<std::string> name;
};
// `row`: JSON text of an object, taken over as it is.
std::string booking_record(Instant read_at, bool confirmed, std::string_view row,
                           const std::vector<std::string>& ancestors = {});
std::string vanished_record(Instant read_at, std::string_view uid);
std::string ooo_record(Instant read_at, std::string_view row, const std::optional<PollPerson>& user,
                       const std::optional<PollPerson>& stand_in);
std::string ooo_deleted_record(Instant read_at, std::optional<std::int64_t> id, std::string_view uuid);

}  // namespace calsync
