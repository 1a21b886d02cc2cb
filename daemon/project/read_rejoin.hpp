// Raw records of source `rejoin` (told_event.hpp). Pure but for the views.
#pragma once
#include "daemon/project/project.hpp"

namespace calsync {

// `record` has its body. Fails: corrupt, where its events do not follow; foreign.
Result<Normalised> read_rejoin(const RawRecord& record, ViewTable& views, EventSequence first_event);

// Between the first record of a rejoin and its end: what else comes is read when the rejoin asks for it.
bool waits_for_rejoin(ViewTable& views);
inline constexpr const char* waits_reason = "it came before this restored log was rejoined with Kafka";

}  // namespace calsync
