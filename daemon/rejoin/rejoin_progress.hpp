// How far an earlier run of the rejoin has come: the log's own records tell.
#pragma once
#include "daemon/rejoin/rejoin.hpp"

#include <set>

namespace calsync {

struct RejoinProgress {
  bool begun = false;     // there is a record of the rejoin
  RawSequence last_told;  // the raw sequence that the last of them is about; 0: none
  std::optional<RawSequence> end;
  std::vector<RawSequence> waiting;  // other records between
  std::set<std::uint64_t> asked;     // of those: read again after the end
};
Result<RejoinProgress> read_progress(const EventLog& log, const RestoredNote& note);

}  // namespace calsync
