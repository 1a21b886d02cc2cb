// CONTRACT §9: Cal.com refuses a stand-in who is away in the same days ("Booking redirect infinite not allowed").
#include "config/desired/checks.hpp"
#include "config/resources/values.hpp"

namespace calsync {
namespace {

constexpr std::size_t of_one_person_most = 1'000;

struct TimeOff {
  const Resource* resource;
  std::string user, start, end, stand_in;
};

std::vector<TimeOff> all_of(const Resources& resources) {
  std::vector<TimeOff> out;
  for (const auto& [address, resource] : resources)
    if (resource.kind->name == "outOfOffice" && !resource.absent)
      out.push_back({&resource, text_in(resource.fields, "user"), text_in(resource.fields, "start"),
                     text_in(resource.fields, "end"), text_in(resource.fields, "redirectTo")});
  return out;
}

// Dates as text compare as dates do.
bool overlap(const TimeOff& a, const TimeOff& b) {
  return a.start <= b.end && b.start <= a.end;
}

}  // namespace

void check_time_off(const Resources& resources, Reading& reading) {
  const auto all = all_of(resources);
  std::map<std::string_view, std::vector<const TimeOff*>> by_user;
  for (const TimeOff& one : all) {
    auto& of_user = by_user[one.user];
    if (of_user.size() < of_one_person_most)
      of_user.push_back(&one);
    else  // each is compared with all of them
      reading.error(one.resource->places.find("")->second,
                    one.user + " is away more than " + std::to_string(of_one_person_most) + " times");
  }
  for (const TimeOff& one : all) {
    if (one.end < one.start)
      reading.error(place_in(*one.resource, "/end"), "this time off ends before it starts");
    if (one.stand_in == one.user && !one.user.empty())
      reading.error(place_in(*one.resource, "/redirectTo"), "nobody stands in for themselves");
    for (const TimeOff* other : by_user[one.user])
      if (&one < other && overlap(one, *other))
        reading.warning(place_in(*other->resource, "/start"),
                        "overlaps the time off from " + one.start + " to " + one.end);
    for (const TimeOff* other : by_user[one.stand_in])
      if (one.stand_in != one.user && overlap(one, *other))
        reading.error(place_in(*one.resource, "/redirectTo"), one.stand_in + " is away then, too (" +
                                                                  other->start + " to " + other->end +
                                                                  "): Cal.com refuses such a stand-in");
  }
}

}  // namespace calsync
