// How often the very bytes of a delivery came again: the log has them once, and counts the rest in a note.
#pragma once
#include "state/store/event_log.hpp"

#include <charconv>

namespace calsync {

inline std::string repeats_note(RawSequence sequence) {
  const std::string digits = std::to_string(sequence.value());
  return "repeated/" + std::string(20 - digits.size(), '0') + digits;  // so that names sort as numbers do
}

inline std::uint64_t repeats_in(const std::optional<std::string>& note) {  // none: never
  std::uint64_t times = 0;
  if (note) std::from_chars(note->data(), note->data() + note->size(), times);
  return times;
}

inline Result<std::uint64_t> repeats_of(const EventLog& log, RawSequence sequence) {
  CALSYNC_TRY(note, "read how often it came", log.note(repeats_note(sequence)));
  return repeats_in(note);
}

}  // namespace calsync
