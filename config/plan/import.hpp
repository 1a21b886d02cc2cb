// The live organisation as files that plan to nothing (DESIGN §4): by kind, sorted, without ids and without what Cal.com fills
// in by itself; secrets are left out. Pure.
#pragma once
#include "config/desired/desired.hpp"

namespace calsync {

// Paths are relative: "teams.yaml", "people.yaml" …; a file with nothing in it is not made.
std::vector<SourceFile> import_files(const Resources& live);

// A value as YAML: `indent` columns deep, lists and objects of plain things on one line.
std::string to_yaml(const boost::json::value& value, std::size_t indent);

}  // namespace calsync
