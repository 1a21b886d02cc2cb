// Reads the cursor topic up to what is committed (the last stable offset, F10).
#pragma once
#include "connectors/kafka/cursor.hpp"
#include "connectors/kafka/kafka_options.hpp"

#include <optional>

namespace calsync {

// The last committed cursor record in the topic, of whichever log; nullopt: there is none.
// Fails: unavailable, timeout (nothing was decided: ask again), corrupt, foreign.
Result<std::optional<CursorRecord>> read_last_cursor(const KafkaOptions& options, const std::string& name);

}  // namespace calsync
