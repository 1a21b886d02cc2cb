// How calsync ends (DESIGN §4). Scripts branch on these numbers: they never change.
#pragma once
#include "state/base/error.hpp"

namespace calsync::cli {

enum class Exit : int {
  done = 0,
  failed = 1,
  differences = 2,  // plan, drift, validate, audit, `log rebuild --verify` found some
  refused = 3,      // unsafe, or nobody there to ask
  locked = 4,       // another process has the log
  partly = 5,       // some was done, some was not: each is listed
  usage = 64,       // EX_USAGE of sysexits.h
};

inline Exit exit_for(const Error& error) {
  return error.code == Errc::conflict ? Exit::locked : Exit::failed;
}

}  // namespace calsync::cli
