// What open() looks at before it trusts a log, and the words for what it finds: one line each, with the cure
// (P5).
#pragma once
#include "state/store/open_log.hpp"

namespace calsync::store {

Error cannot_use(const std::filesystem::path& directory, const std::string& why);
Error explain_damage(const std::filesystem::path& directory, const std::string& how);
Error explain_foreign(const std::filesystem::path& directory, const std::string& how);
Error explain_open(const rocksdb::Status& status, const std::filesystem::path& directory);

// `ours`: the head witness says that this is, or was, a calsync log.
Result<void> check_columns(const std::vector<std::string>& names, bool ours,
                           const std::filesystem::path& directory);

// Reads meta and head into `opened`, and holds the end of the log against witness, head row and chain.
Result<void> check_log(Opened& opened, const std::optional<Witness>& witness,
                       const std::filesystem::path& directory);

}  // namespace calsync::store
