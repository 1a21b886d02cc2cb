// Backups as the control socket and `--json` show them.
#pragma once
#include "state/store/backup.hpp"

#include <boost/json/object.hpp>

namespace calsync {

// {"id":n,"taken":T,"log":UUID,"raw":n,"event":n,"normalised":n,"bytes":n,"verified":bool}
boost::json::object backup_json(const BackupFacts& facts);

}  // namespace calsync
