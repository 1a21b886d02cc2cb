#include "daemon/care/backup_json.hpp"

#include <boost/json.hpp>

namespace calsync {

boost::json::object backup_json(const BackupFacts& facts) {
  return {{"id", facts.id},
          {"taken", to_text(facts.taken)},
          {"log", facts.log.value()},
          {"raw", facts.head.raw.value()},
          {"event", facts.head.event.value()},
          {"normalised", facts.head.normalised.value()},
          {"bytes", facts.bytes},
          {"verified", facts.verified}};
}

}  // namespace calsync
