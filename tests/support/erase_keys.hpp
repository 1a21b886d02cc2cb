// Destroys keys as an erasure does, and leaves the views as they are.
#pragma once
#include "state/store/event_log.hpp"

namespace calsync::tests {

inline Result<void> erase_keys(EventLog& log, std::vector<RawSequence> raw,
                               std::vector<EventSequence> events) {
  return log.erase([&](RawSequence normalised) -> Result<Erasure> {
    Erasure erasure;
    erasure.upto = normalised;
    erasure.cut = log.cut().raw;
    erasure.raw = std::move(raw);
    erasure.events = std::move(events);
    return erasure;
  });
}

}  // namespace calsync::tests
