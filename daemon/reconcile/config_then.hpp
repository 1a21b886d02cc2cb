// The organisation as it was applied at a place in the log, and what was known by then to be otherwise (DESIGN §4, `at`).
// Runs on:  any thread.
// Blocks:   on the disk.
// Fails:    not_found (no such commit), rejected (before the cut of a trimmed log), as reading the log does.
#pragma once
#include "daemon/reconcile/drift_bracket.hpp"
#include "daemon/reconcile/read_register.hpp"

namespace calsync {

// Up to and with a record; or those taken in before an instant; or the last one that names the commit; none of them: the log's end.
struct ConfigPlace {
  std::optional<RawSequence> upto{};
  std::optional<Instant> before{};
  std::string commit{};  // or its beginning
};

struct Drifted {
  boost::json::array changes;  // {"pointer","from","to"}: to is as applied, from as it was live
  DriftBracket since;
};

struct ConfigThen {
  RawSequence upto{};         // the last record of the place; 0: none
  std::optional<Instant> at;  // when that was taken in
  Register applied;
  std::map<std::string, Drifted, std::less<>> drifted;  // by address, as of the last look until then
};

Result<ConfigThen> config_at(const EventLog& log, const ConfigPlace& place);

}  // namespace calsync
