// Which resources a resource names. Pure.
#pragma once
#include "config/resources/resource.hpp"

namespace calsync {

// Addresses, sorted, each once; also the team or person that it belongs to.
std::vector<std::string> named_by(const Resource& resource);

}  // namespace calsync
