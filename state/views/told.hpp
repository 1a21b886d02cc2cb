// A field with who told it and when: the newest telling wins, in any order of arrival (DESIGN §12.2, §12.3).
#pragma once
#include "state/base/time.hpp"

#include <optional>
#include <tuple>
#include <utility>

namespace calsync {

// How much a telling weighs, before its age does. Numbers are on disk.
enum class Weight : std::uint8_t {
  hint = 0,      // a claim that is known to be wrong at times (the status inside BOOKING_PAID)
  snapshot = 1,  // a copy from booking time, or beside the point: fills what nobody told
  word = 2,      // what the trigger is about
  last_word = 3  // a cancellation or rejection by webhook: final, until an API read says otherwise
};

enum class Teller : std::uint8_t { webhook = 1, api = 2 };  // numbers are on disk

struct Stamp {
  Weight weight = Weight::hint;
  Teller teller = Teller::webhook;
  Instant as_of{};

  friend bool operator==(const Stamp&, const Stamp&) = default;
};

// An API read is authoritative: against a last word only age counts, so a newer read revives and an older one
// does not. Of two last words the older stands: what has ended cannot end again, in another way.
inline bool heavier(const Stamp& a, const Stamp& b) {
  const bool read_against_last_word = (a.teller == Teller::api && b.weight == Weight::last_word) ||
                                      (b.teller == Teller::api && a.weight == Weight::last_word);
  if (read_against_last_word) return a.as_of > b.as_of;
  if (a.weight == Weight::last_word && b.weight == Weight::last_word) return a.as_of < b.as_of;
  return std::tie(a.weight, a.as_of) > std::tie(b.weight, b.as_of);
}
inline bool equally_heavy(const Stamp& a, const Stamp& b) {
  return a.weight == b.weight && a.as_of == b.as_of;
}

template <class T>
struct Told {
  std::optional<T> value;
  Stamp stamp;

  // Two tellings of the same moment: the greater value, so that the order of arrival does not show.
  void hear(const std::optional<T>& said, const Stamp& by) {
    if (!said) return;
    if (!value || heavier(by, stamp) || (equally_heavy(by, stamp) && *value < *said)) {
      value = said;
      stamp = by;
    }
  }
  // For what two sources spell differently (DESIGN §12.3): only its own source corrects it, any may fill it.
  void hear_within_source(const std::optional<T>& said, const Stamp& by) {
    if (!value || stamp.weight <= Weight::snapshot || stamp.teller == by.teller) hear(said, by);
  }
};

}  // namespace calsync
