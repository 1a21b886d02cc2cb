// What no single value shows: names that name nothing, and what Cal.com refuses or cannot do together.
#pragma once
#include "config/desired/reading.hpp"

namespace calsync {

void check_references(const Desired& desired, Reading& reading);
void check_rules(const Desired& desired, Reading& reading);

// The place of a value inside of a resource; the resource's own where it has none.
const Place& place_in(const Resource& resource, std::string_view pointer);

// rules_*.cpp: one kind each.
void check_event_type(const Resource& resource, Reading& reading);
// What an event type with seats cannot have besides; also of what Git states over what is live.
std::vector<std::string> seat_conflicts(const boost::json::object& fields);
void check_schedule(const Resource& resource, Reading& reading);
void check_workflow(const Resource& resource, Reading& reading);
void check_webhook(const Resource& resource, const Policy& policy, Reading& reading);
void check_time_off(const Resources& resources, Reading& reading);

}  // namespace calsync
