// Sections → resources: users' and teams' lists become memberships, a pattern of hours becomes a schedule of each user
// who names it; what is stated twice is told with both places.
#pragma once
#include "config/desired/section_reader.hpp"

namespace calsync {

Resources join_sections(std::vector<Stated> stated, Reading& reading);

}  // namespace calsync
