#include "daemon/care/whole_log.hpp"

#include "daemon/project/projection_pass.hpp"
#include "daemon/project/read_rejoin.hpp"
#include "state/store/backup.hpp"

namespace calsync {

Result<std::string> what_comes_first(const EventLog& log) try {
  CALSYNC_TRY(note, "restore", restored(log));
  if (note) return std::string("`calsync log rejoin`");
  CALSYNC_TRY(rebuilding, "rebuild", log.note(rebuild_note));
  if (rebuilding) return std::string("the end of a rebuild");
  const auto now = log.views();
  ViewTable views(*now);
  return std::string(waits_for_rejoin(views) ? "the end of a rejoin" : "");
} catch (const ViewError& failure) {
  return failure.error;
}

}  // namespace calsync
