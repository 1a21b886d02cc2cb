// Who asks, and may they? In the server's order: limit, key, organisation, role, then what the path names.
#pragma once
#include "connectors/calcom/sandbox/routes.hpp"

#include <optional>

namespace calsync::sandbox {

constexpr std::string_view key_prefix =
    "cal_";  // what does not begin so is an access token, of which there are none

// Nothing: go on, and `params.caller` is set where a key was sent.
std::optional<Answer> key_guard(World& world, const Request& request, const Route& route, PathParams& params);
std::optional<Answer> path_guard(World& world, const Route& route, const PathParams& params);

// The membership of this user in this team, or in the organisation; null: none.
Row* membership(World& world, std::int64_t team_id, std::int64_t user_id);
const Row* find_key(World& world, const std::string& key);
bool is_org_admin(World& world, std::int64_t user_id);

}  // namespace calsync::sandbox
