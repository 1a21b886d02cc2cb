// A booking as consumers see it (DESIGN §8, §12.13), and what changed between two looks at it. Pure.
// The order and the names of the fields here are the contract `/1`: additions only, at the end.
#pragma once
#include "state/views/booking_row.hpp"

#include <array>

namespace calsync {

inline constexpr std::array<std::string_view, 27> booking_fields = {"uid",          "id",
                                                                    "chain",        "status",
                                                                    "title",        "start",
                                                                    "end",          "durationMinutes",
                                                                    "eventType",    "team",
                                                                    "hosts",        "attendees",
                                                                    "responses",    "metadata",
                                                                    "location",     "videoCallUrl",
                                                                    "price",        "currency",
                                                                    "paid",         "rescheduledFrom",
                                                                    "cancellation", "rejectionReason",
                                                                    "seriesUid",    "payment",
                                                                    "description",  "seats",
                                                                    "rescheduledTo"};

struct RenderedBooking {
  std::string json;  // empty: there was none
  // Begin and end of each value.
  std::array<std::pair<std::uint32_t, std::uint32_t>, booking_fields.size()> at{};

  [[nodiscard]] std::string_view field(std::size_t i) const {
    return std::string_view(json).substr(at[i].first, at[i].second - at[i].first);
  }
};

RenderedBooking render(const BookingRow& row, std::string_view chain);

// JSON text of [{"pointer", "from", "to"}], sorted by pointer; "[]" where nothing differs. E-mails differing
// in case only are no difference. `from_row` is asked for where a field is compared member by member.
std::string changes_between(const RenderedBooking& from, const RenderedBooking& to,
                            const BookingRow& from_row, const BookingRow& to_row);

}  // namespace calsync
