// What `git ls-tree -r -z --long` and `git cat-file --batch` print. Pure.
#pragma once
#include "connectors/git/repository.hpp"

namespace calsync {

struct TreeEntry {
  std::string path;    // from the folder
  std::string object;  // the blob's name
};

// Regular files alone. Fails: not_found (no such folder), rejected (too many files, one too large), corrupt (one is missing).
Result<std::vector<TreeEntry>> config_entries(std::string_view listed, std::string_view folder,
                                              const GitLimits& limits);
// Fails: corrupt (they do not fit together).
Result<std::vector<GitFile>> with_contents(std::span<const TreeEntry> entries, std::string_view contents);

}  // namespace calsync
