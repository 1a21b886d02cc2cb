#include "tests/connectors/calcom/sandbox/replay/edits.hpp"

namespace calsync::replay {

namespace {

// #294, #295: a price, as the Stripe app sets it; the API cannot.
void set_price(sandbox::World& world) {
  sandbox::Row* paid = world.event_types.find(3);
  if (paid == nullptr) return;
  (*paid)["price"] = 5000;
  (*paid)["currency"] = "eur";
  (*paid)["lengthInMinutesOptions"] = {15, 30};
  (*paid)["metadata"] = boost::json::parse(
      R"({"multipleDuration":[15,30],"disableStandardEmails":{"all":{"attendee":true}},
          "apps":{"stripe":{"price":5000,"enabled":true,"currency":"eur","credentialId":1}}})");
}

// #272: more requests of the member's key than a window allows.
void use_up(const std::string& key, sandbox::World& world) {
  const auto now = world.clock.steady();
  while (world.limit.ask(key, now).remaining > 0) {
  }
}

}  // namespace

void edit_before(const Exchange& next, sandbox::World& world) {
  if (next.number == 294) set_price(world);
  if (next.number == 272) use_up(next.key, world);
}

}  // namespace calsync::replay
