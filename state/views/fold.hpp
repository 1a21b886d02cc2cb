// One observation into what we know: the rules of DESIGN §12.2–§12.4 (told in words at the top of fold.cpp).
// Runs on:  one thread at a time per ViewTable.
// Blocks:   as the view source does.
// Promises: a pure function of (views, record, observation): the same in, the same bytes out (P7). At most
//           one event in topic bookings.
// Fails:    never; an observation that cannot be used is `quarantined` with a reason.
#pragma once
#include "state/events/observation.hpp"
#include "state/views/normalise.hpp"

namespace calsync {

// Events get the sequences from `first_event` on; view changes go into `views`. `record.body` is used for its
// size and hash only (an erased record gives the outcome `erased`).
Normalised fold(const RawRecord& record, const Observation& observation, ViewTable& views,
                EventSequence first_event);

// Moves the high-water mark of our own clock (row `clock`), and returns it. fold() does so; for a record that
// is not folded its reader does.
Instant note_received(ViewTable& views, Instant received);

}  // namespace calsync
