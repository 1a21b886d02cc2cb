#include "daemon/reconcile/drift_bracket.hpp"

#include "config/resources/values.hpp"
#include "state/views/config_fold.hpp"

#include <boost/json.hpp>

namespace calsync {

DriftBracket drift_bracket(ViewSource& views, std::string_view address, Instant now) {
  const auto row = views.get(std::string(drift_prefix).append(address));
  if (!row) return {last_clean(views, address), now};
  const boost::json::value known = boost::json::parse(*row);
  const auto clean = parse_instant(text_in(known.as_object(), "lastClean")),
             dirty = parse_instant(text_in(known.as_object(), "firstDirty"));
  return {clean ? std::optional(*clean) : std::nullopt, dirty ? *dirty : now};
}

}  // namespace calsync
