// The price of a booking is the one that was first told of it, or of the oldest booking that it was rescheduled
// from: a price that is changed later is not what the client agreed to. Pure.
#pragma once
#include "state/views/booking_query.hpp"

namespace calsync {

std::optional<std::int64_t> signed_number(const Integer& number);  // nullopt: it does not fit

class FirstPrices {
 public:
  struct Price {
    std::int64_t minor = 0;  // minor units
    std::string currency;
  };
  // Of a trimmed log, before its first event: the price that was first told is then the one as of the cut.
  void begin(ViewSource& at_cut);
  void take(const EventRecord& event);
  // Follows the chain up. nullopt: none was told that fits into 64 bits.
  [[nodiscard]] std::optional<Price> price_of(std::string_view booking) const;
  [[nodiscard]] bool tell_of(std::string_view booking) const { return told_.contains(booking); }

 private:
  void note(const std::string& name, const std::string& json);
  void note_erased(const EventRecord& event);

  struct Told {
    std::string parent;  // what it was rescheduled from; empty: nothing
    std::optional<Price> price;
  };
  std::map<std::string, Told, std::less<>> told_;
};

}  // namespace calsync
