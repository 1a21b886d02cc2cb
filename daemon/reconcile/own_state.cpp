#include "daemon/reconcile/own_state.hpp"

namespace calsync {

Result<OwnState> read_own_state(const EventLog& log) {
  OwnState out;
  CALSYNC_CHECK("read what is ours", with_own_views(log, [&](ViewSource& views) {
                  out.owned = register_in(views);
                  out.suspended = suspensions_in(views);
                }));
  return out;
}

}  // namespace calsync
