// Between which two looks something came to differ from what was applied (DESIGN §3.3, N5). Blocks on the disk.
#pragma once
#include "state/base/time.hpp"
#include "state/views/view_table.hpp"

#include <optional>
#include <string_view>

namespace calsync {

struct DriftBracket {
  std::optional<Instant> last_clean;  // nullopt: it was never seen as it was applied
  Instant first_dirty{};
};

// Of an address that differs now. Fails: the views throw ViewError.
DriftBracket drift_bracket(ViewSource& views, std::string_view address, Instant now);

}  // namespace calsync
