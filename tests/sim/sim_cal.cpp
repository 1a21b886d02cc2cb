#include "tests/sim/sim_cal.hpp"

#include "tests/sim/oracle.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace calsync::sim {
namespace json = boost::json;
namespace {

constexpr Ms of_the_copy{7};  // a second subscription is told some milliseconds later

const json::object& example(const std::string& folder, const std::string& name) {
  static std::map<std::string, json::object> read;
  auto& found = read[name];
  if (found.empty()) {
    std::ifstream in(folder + "/" + name + ".json", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    found = json::parse(text).as_object();
  }
  return found;
}

std::string wall(Ms at) {
  return to_text(SimClock::epoch() + at);
}

}  // namespace

struct SimCal::Booking {
  std::string uid;
  int number = 0, moves = 0;
  bool large = false;
};

SimCal::SimCal(World& world, const std::string& fixtures) : world_(world), fixtures_(fixtures) {
  const auto lives = static_cast<int>(world.random.between(3, 9));
  for (int number = 1; number <= lives; ++number) {
    const Ms at(world.random.between(0, 60000));
    const auto kind = world.random.below(8);
    if (kind == 0)
      live_through_time_off(number, at);
    else if (kind == 1)
      live_through_seats(number, at);
    else
      live_through_a_chain(number, at);
    if (world.random.chance(60)) add_junk(at);
  }
  std::stable_sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) { return a.at < b.at; });
}

json::object SimCal::about(const Booking& booking, const std::string& trigger) {
  json::object payload = example(fixtures_, trigger).at("payload").as_object();
  payload["uid"] = booking.uid;
  payload["bookingId"] = 1000 * booking.number + booking.moves;
  const Instant start = SimClock::epoch() + std::chrono::hours(24 * (7 + booking.number) + booking.moves);
  payload["startTime"] = to_text(start);
  bookings[booking.uid].start = to_text(start);
  payload["endTime"] = to_text(start + std::chrono::minutes(30));
  payload["title"] = "Consultation " + std::to_string(booking.number);
  if (booking.large) payload["description"] = std::string(30000, 'x');
  return payload;
}

void SimCal::add(std::string trigger, const std::string& uid, Ms at, json::object envelope) {
  if (envelope.contains("payload")) envelope["createdAt"] = wall(at);
  ++number_;
  if (const auto truth = bookings.find(uid); truth != bookings.end()) truth->second.told_by.insert(number_);
  facts.push_back({number_, trigger, uid, json::serialize(envelope), at});
  if (!envelope.contains("payload") || !world_.random.chance(300)) return;
  envelope["createdAt"] = wall(at + of_the_copy);
  facts.push_back({number_, std::move(trigger), uid, json::serialize(envelope), at + of_the_copy, "second"});
}

void SimCal::say(const Booking& booking, const std::string& trigger, Ms at, json::object payload) {
  add(trigger, booking.uid, at,
      {{"triggerEvent", trigger}, {"createdAt", ""}, {"payload", std::move(payload)}});
}

void SimCal::live_through_a_chain(int number, Ms at) {
  Booking booking{"b" + std::to_string(number) + "-0", number, 0, world_.random.chance(80)};
  BookingTruth* truth = &bookings[booking.uid];
  if (world_.random.chance(400)) {
    say(booking, "BOOKING_REQUESTED", at, about(booking, "BOOKING_REQUESTED"));
    truth->status = "pending";
    at = later(at);
    if (world_.random.chance(200)) {
      say(booking, "BOOKING_REJECTED", at, about(booking, "BOOKING_REJECTED"));
      truth->status = "rejected";
      return;
    }
  }
  say(booking, "BOOKING_CREATED", at, about(booking, "BOOKING_CREATED"));
  truth->status = "accepted";
  for (auto moves = world_.random.below(4); moves > 0; --moves) {
    at = later(at);
    const std::string old = booking.uid;
    truth->status = "cancelled";         // moved away
    truth->told_by.insert(number_ + 1);  // it is the new one that says so
    ++booking.moves;
    booking.uid = "b" + std::to_string(number) + "-" + std::to_string(booking.moves);
    truth = &bookings[booking.uid];
    truth->parent = old;
    json::object payload = about(booking, "BOOKING_RESCHEDULED");
    payload["rescheduleUid"] = old;
    say(booking, "BOOKING_RESCHEDULED", at, std::move(payload));
    truth->status = "accepted";
  }
  if (world_.random.chance(300)) {
    at = later(at);
    json::object payload = about(booking, "BOOKING_PAID");
    payload["paymentId"] = 7000 + number;
    say(booking, "BOOKING_PAID", at, std::move(payload));
  }
  if (world_.random.chance(400)) {  // flat, and without a time of its own
    at = later(at);
    json::object flat = example(fixtures_, "MEETING_STARTED");
    const json::object payload = about(booking, "BOOKING_CREATED");
    flat["uid"] = booking.uid;
    flat["id"] = payload.at("bookingId");
    flat["startTime"] = payload.at("startTime");
    flat["endTime"] = payload.at("endTime");
    flat["title"] = payload.at("title");
    flat["fromReschedule"] = truth->parent ? json::value(*truth->parent) : json::value(nullptr);
    flat.erase("createdAt");
    add("MEETING_STARTED", booking.uid, at, std::move(flat));
  }
  if (world_.random.chance(250)) {
    at = later(at);
    json::object envelope = example(fixtures_, "BOOKING_NO_SHOW_UPDATED");
    envelope["payload"].as_object()["bookingUid"] = booking.uid;
    envelope["payload"].as_object().erase("bookingId");
    add("BOOKING_NO_SHOW_UPDATED", booking.uid, at, std::move(envelope));
  }
  if (world_.random.chance(450)) {
    at = later(at);
    say(booking, "BOOKING_CANCELLED", at, about(booking, "BOOKING_CANCELLED"));
    truth->status = "cancelled";
  }
}

void SimCal::live_through_seats(int number, Ms at) {
  const Booking booking{"s" + std::to_string(number), number};
  bookings[booking.uid].status = "accepted";
  for (const std::string who : {"mei", "ola", "per"}) {
    const auto seated = [&](const std::string& example_name, const std::string& trigger) {
      json::object payload = example(fixtures_, example_name).at("payload").as_object();
      payload["uid"] = booking.uid;
      payload["bookingId"] = 1000 * number;
      payload["attendeeSeatId"] = "seat-" + who;
      json::object& attendee = payload["attendees"].as_array().at(0).as_object();
      attendee["email"] = who + "@kyoto.example";
      attendee["name"] = who;
      say(booking, trigger, at, std::move(payload));
    };
    seated("BOOKING_CREATED.seat", "BOOKING_CREATED");
    at = later(at);
    if (world_.random.chance(400)) seated("BOOKING_CANCELLED.seat", "BOOKING_CANCELLED");
    at = later(at);
  }
}

void SimCal::live_through_time_off(int number, Ms at) {
  const auto edits = world_.random.between(1, 3);
  for (std::uint64_t edit = 0; edit < edits; ++edit) {
    json::object envelope = example(fixtures_, "OOO_CREATED");
    json::object& entry = envelope["payload"].as_object()["oooEntry"].as_object();
    entry["uuid"] = "00000000-0000-4000-8000-00000000000" + std::to_string(number % 10);
    entry["updatedAt"] = wall(at);
    entry["start"] = "2026-12-1" + std::to_string(edit) + "T00:00:00+01:00";
    add("OOO_CREATED", "ooo" + std::to_string(number), at, std::move(envelope));
    at = later(at);
  }
}

void SimCal::add_junk(Ms at) {
  std::string body = "{\"triggerEvent\": not json " + std::to_string(at.count());
  junk.insert(fingerprint(body));
  facts.push_back({++number_, "junk", "", std::move(body), at});
}

std::string SimCal::root_of(const std::string& uid) const {
  std::string root = uid;
  for (auto at = bookings.find(root); at != bookings.end() && at->second.parent; at = bookings.find(root))
    root = *at->second.parent;
  return root;
}

}  // namespace calsync::sim
