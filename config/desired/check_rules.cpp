#include "config/desired/checks.hpp"

namespace calsync {

void check_rules(const Desired& desired, Reading& reading) {
  for (const auto& [address, resource] : desired.resources) {
    if (resource.absent) continue;
    if (resource.kind->name == "eventType") check_event_type(resource, reading);
    if (resource.kind->name == "schedule") check_schedule(resource, reading);
    if (resource.kind->name == "workflow") check_workflow(resource, reading);
    if (resource.kind->name == "webhook") check_webhook(resource, desired.policy, reading);
  }
  check_time_off(desired.resources, reading);
}

}  // namespace calsync
