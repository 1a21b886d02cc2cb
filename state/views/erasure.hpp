// A person taken out of the rows of the views (DESIGN §12.5, RELIABILITY §3.7). Pure.
// Of a booking in which the person is stays what an invoice needs: uid, chain, status, times, event type, team,
// price, payment, and its other hosts. All free text goes, for anybody may have written of anybody there. Any
// other row that names the person goes whole, but for the counts of Kafka keys (`ks/`), whose keys the hash chain has.
#pragma once
#include "state/views/view_table.hpp"

#include <string>

namespace calsync {

struct BookingRow;
struct PersonRow;

class PersonErasure {
 public:
  explicit PersonErasure(std::string_view email);  // in any case of letters

  [[nodiscard]] bool names(std::string_view text) const;  // this very address, in text or JSON
  // Throws ViewDamaged, where a booking cannot be read.
  [[nodiscard]] bool names(std::string_view key, std::string_view row) const;
  // The row as it stays; nullopt: nothing of it. One that does not name the person stays as it is.
  [[nodiscard]] std::optional<std::string> without(std::string_view key, std::string row) const;
  [[nodiscard]] ViewTable::Changes without(ViewTable::Changes changes) const;

 private:
  [[nodiscard]] bool names(const std::string& key, const PersonRow& person) const;
  [[nodiscard]] bool is_in(const BookingRow& row) const;

  std::string email_;  // in lower case
};

}  // namespace calsync
