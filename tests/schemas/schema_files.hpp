// The files that tell consumers what they will read, as text made from the names that the events are written
// with. Pure.
#pragma once
#include <map>
#include <string>

namespace calsync {

// File name below deploy/ → text: schemas/<type>.json (JSON Schema 2020-12, each complete in itself),
// asyncapi.json.
std::map<std::string, std::string> schema_files();

}  // namespace calsync
