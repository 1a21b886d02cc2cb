// A configuration folder as Git knows it: of which commit it is, and what another commit declared there.
// Runs on:  any thread.
// Blocks:   on git and the disk; on no network.
// Promises: nothing of the repository is run or changed.
// Fails:    as GitRepository; not_found (no such commit; no repository).
#pragma once
#include "config/plan/plan.hpp"
#include "state/base/error.hpp"

#include <filesystem>
#include <stop_token>

namespace calsync {

struct ConfigSource {
  std::string commit;  // empty: not in Git, or nothing committed yet
  bool dirty = false;  // files of the folder differ from that commit's
};
// `files`: of the folder, as read_config_folder gives them. Where there is no git on this machine: as outside of Git.
Result<ConfigSource> config_source(const std::filesystem::path& folder, const std::vector<SourceFile>& files,
                                   const std::stop_token& stop);

struct DeclaredBefore {
  std::string commit;
  std::vector<SourceFile> files;
};
// What `revision` (a branch, a tag, a hash) has in the folder: nothing, where the folder came later.
Result<DeclaredBefore> read_config_commit(const std::filesystem::path& folder, const std::string& revision,
                                          const std::stop_token& stop);

// What files declared, as if it was applied: the register where there is no log (DESIGN §12.8, `--base REV`).
Register declared_by(const Desired& desired, const std::string& commit);

}  // namespace calsync
