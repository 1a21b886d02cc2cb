// What a path asks, without whom: a name of few possible ones for metrics and logs. Pure.
#pragma once
#include <string>
#include <string_view>

namespace calsync {

// "/v2/organizations/1/users/7/schedules?take=1" → "organizations.id.users.id.schedules": words that the API has,
// all others are "id".
std::string endpoint_name(std::string_view path);

}  // namespace calsync
