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

// #255: the confirmed booking, moved into the past.
void move_into_past(sandbox::World& world) {
  sandbox::Row* booking = world.bookings.find_if([](const sandbox::Row& row) {
    return row.at("start") == boost::json::value("2026-11-26T12:00:00.000Z");
  });
  if (booking == nullptr) return;
  (*booking)["start"] = "2026-11-20T10:00:00.000Z";
  (*booking)["end"] = "2026-11-20T10:30:00.000Z";
}

// #240, #241: a question and lengths that the event type had by then; no recorded request set them.
void ask_for_words(sandbox::World& world) {
  sandbox::Row* type = world.event_types.find_if(
      [](const sandbox::Row& row) { return row.at("slug") == boost::json::value("manuscript-review"); });
  if (type == nullptr) return;
  (*type)["lengthInMinutesOptions"] = {30, 60};
  (*type)["bookingFields"].as_array().push_back(boost::json::parse(
      R"({"isDefault":false,"type":"number","slug":"word-count","label":"Words","required":false,"placeholder":"0"})"));
}

}  // namespace

void edit_before(const Exchange& next, sandbox::World& world) {
  if (next.number == 294) set_price(world);
  if (next.number == 240) ask_for_words(world);
  if (next.number == 255) move_into_past(world);
  if (next.number == 272) use_up(next.key, world);
}

}  // namespace calsync::replay
