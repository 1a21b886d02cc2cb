// The files that tell consumers what they will read, and people what they may write, as text made from the names that events
// are written with, and from the kinds. Pure.
#pragma once
#include <map>
#include <string>

namespace calsync {

// File name below deploy/ → text: schemas/<type>.json (JSON Schema 2020-12, each complete in itself),
// asyncapi.json; of configuration files reference/config.schema.json and the page for people beside it.
std::map<std::string, std::string> schema_files();

}  // namespace calsync
