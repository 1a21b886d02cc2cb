// What took place in a range of days, for invoices: a pure function of the events up to a place in the log, so
// the same place gives the same bytes for ever. What changes later is told as adjustments to it. Pure.
//
// Money is in minor units, in whole numbers. The price of a booking is the first one (first_prices.hpp). The editor is
// the organiser: the first host.
#pragma once
#include "state/base/crypto.hpp"
#include "state/base/zone.hpp"
#include "state/views/first_prices.hpp"

#include <set>

namespace calsync {

struct StatementQuery {
  std::string from, to;                     // days, both included: "2026-11-01"
  Zone zone;                                // whose days they are
  std::string editor{}, team{}, service{};  // empty: any; e-mail; name or id; slug or id
  std::vector<BookingStatus> status{};
};

struct StatementPlace {
  std::string log;
  EventSequence position{};
  Digest hash{};
};

// All that was known at a place, with the prices as they were first told.
class StatementFold {
 public:
  void begin(ViewSource& at_cut);  // of a trimmed log, before its first event
  void take(const EventRecord& event);
  [[nodiscard]] const BookingsThen& then() const { return then_; }
  // An event of it was told, and its content is gone since.
  [[nodiscard]] bool told_and_erased(const std::string& name) const {
    return erased_.contains(name) && !prices_.tell_of(name);
  }
  [[nodiscard]] std::optional<FirstPrices::Price> price_of(const FoundBooking& booking) const {
    return prices_.price_of(booking.name);
  }

 private:
  BookingsThen then_;
  FirstPrices prices_;
  std::set<std::string> erased_;
};

struct StatementLine {
  enum class Kind : std::uint8_t { booking, reversed, added } kind = Kind::booking;
  FoundBooking booking;
  std::string editor, editor_name;
  std::int64_t minutes = 0;           // negative where reversed
  std::optional<std::int64_t> price;  // negative where reversed
  std::string currency;               // empty: no price
  std::string note;                   // of an adjustment: why
};
const char* to_text(StatementLine::Kind kind);

struct StatementTotal {
  std::string editor, editor_name, currency;
  bool priced = false;  // else: bookings without a price
  std::int64_t bookings = 0, minutes = 0, price = 0;
};

struct Statement {
  std::vector<StatementLine> lines;  // by start; with an earlier place, as they were there
  std::vector<StatementLine> adjustments;
  std::vector<StatementTotal> totals;  // of both, by editor and currency; those without a price apart
  StatementPlace place;
  std::optional<StatementPlace> earlier;
  std::size_t erased = 0;  // events up to the place that can no longer be read
};

// Fails: rejected, where a day is none, or a sum does not fit into 64 bits.
Result<Statement> make_statement(const StatementQuery& query, const StatementFold& known,
                                 StatementPlace place);
// What was stated at `before`, and what has changed since.
Result<Statement> make_statement(const StatementQuery& query, const StatementFold& before,
                                 StatementPlace earlier, const StatementFold& known, StatementPlace place);

}  // namespace calsync
