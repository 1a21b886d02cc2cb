// The organisation of a time past, for people and programs.
#pragma once
#include "daemon/cli/command.hpp"

namespace calsync::cli {

// `when`: a time, an event's sequence, or a commit (at least seven hex digits, one of them a letter).
Exit show_config_at(Context& context, const std::string& when);
bool names_a_commit(std::string_view text);

}  // namespace calsync::cli
