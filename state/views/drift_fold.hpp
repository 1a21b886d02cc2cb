// Where the organisation differs from what was applied, field by field, and between which two looks each difference appeared (N5).
// Records and rows: config_fold.hpp. Pure.
#pragma once
#include "state/views/folding.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace calsync {

// `said` is a record "drift.looked".
void fold_look(Folding& folding, const boost::json::object& said);

// A change of `said` was made at Cal.com: what it put right differs no more.
void end_drift_of(Folding& folding, const boost::json::object& said);

// When the address was last seen without a difference; nullopt: nobody looked since it was applied from here.
std::optional<Instant> last_clean(ViewSource& views, std::string_view address);

}  // namespace calsync
