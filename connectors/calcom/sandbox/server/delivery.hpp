// From a notice to the requests that go to its subscribers: body and signature as Cal.com makes them (CONTRACT §11.1–§11.3).
#pragma once
#include "connectors/calcom/sandbox/world.hpp"

#include <string>
#include <vector>

namespace calsync::sandbox {

struct Delivery {
  std::string trigger, uid, url, content_type, body, signature, created_at;
};

// One for each active subscription of the organisation, the team, the event type and the host that has the trigger.
std::vector<Delivery> deliveries_of(World& world, const Notice& notice);

// A payload template: {{path.to.value}}, HTML-escaped but for `"`; a JSON template whose values break it gives `false`.
std::string filled(std::string_view text, const boost::json::object& values);

}  // namespace calsync::sandbox
