// The resources, each described in a file of its own, and the routes to them.
#pragma once
#include "connectors/calcom/sandbox/resource.hpp"

#include <string>
#include <string_view>

namespace calsync::sandbox {

const Resource& teams();
const Resource& org_users();
const Resource& org_memberships();
const Resource& team_memberships();
const Resource& schedules();
const Resource& team_event_types();
const Resource& own_event_types();
const Resource& webhooks();
const Resource& out_of_office();
const Resource& workflows();
const Resource& attributes();

Routes team_routes();
Routes user_routes();
Routes membership_routes();
Routes schedule_routes();
Routes event_type_routes();
Routes webhook_routes();
Routes out_of_office_routes();
Routes workflow_routes();
Routes attribute_routes();
Routes own_routes();          // /v2/me, /v2/api-keys
Routes integration_routes();  // conferencing, calendars, Stripe
Routes verified_routes();
Routes slot_routes();

// A membership of a team, or of the organisation, as its row.
Row membership_row(World& world, std::int64_t team_id, std::int64_t user_id, std::string_view role,
                   bool accepted);
// Mon–Fri 09–17, as every new user is given; its id.
std::int64_t add_working_hours(World& world, std::int64_t user_id, std::string_view time_zone);
boost::json::value member_of(const Row& row, std::string_view name);  // null where it has none
std::string slug_of(std::string_view name);                           // "No Slug Team" → "no-slug-team"
std::string lower_case(std::string_view text);

}  // namespace calsync::sandbox
