#pragma once
#include "config/desired/reading.hpp"

namespace calsync {

// `policy:` of one file onto what the others stated.
void read_policy(std::string_view file, const YamlNode& node, Policy& policy, Reading& reading);

}  // namespace calsync
