// Between which two looks something came to differ from what was applied (DESIGN §3.3, N5). Blocks on the disk.
#pragma once
#include "state/base/time.hpp"
#include "state/store/event_log.hpp"
#include "state/views/view_table.hpp"

#include <map>
#include <optional>
#include <string_view>

namespace calsync {

struct DriftBracket {
  std::optional<Instant> last_clean;  // nullopt: it was never seen as it was applied
  Instant first_dirty{};
};

struct DriftSince {
  DriftBracket whole;                                       // since anything of it differs
  std::map<std::string, DriftBracket, std::less<>> fields;  // by pointer
};
using DriftBrackets = std::map<std::string, DriftSince, std::less<>>;  // by address

// Of a row of the views that tells what differs (state/views/config_fold.hpp).
DriftSince drift_since(std::string_view row);

// As the log will know it once `look` (looked_record()) of this moment is in it. Fails: as reading the log does.
Result<DriftBrackets> drift_brackets(const EventLog& log, const std::string& look, Instant now);

}  // namespace calsync
