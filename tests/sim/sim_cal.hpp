// A Cal.com for one simulation: plausible lives of bookings and time off, told in bodies that are shaped as the
// examples in tests/fixtures/webhooks, and what is true at their end.
#pragma once
#include "tests/sim/world.hpp"

#include <boost/json.hpp>

#include <map>
#include <optional>
#include <set>

namespace calsync::sim {

struct Fact {      // one delivery as it is meant; a second subscription tells it once more in other bytes
  int number = 0;  // copies share it
  std::string trigger, uid, body;
  Ms at{0};
  std::string source = "main";
};

struct BookingTruth {
  std::string status, start;          // as the views spell it
  std::optional<std::string> parent;  // rescheduled from
  std::set<int> told_by;              // facts; where one of them was lost, nothing is claimed
};

class SimCal {
 public:
  SimCal(World& world, const std::string& fixtures);

  std::vector<Fact> facts;                       // in the order in which they happened
  std::map<std::string, BookingTruth> bookings;  // by uid
  std::set<std::uint64_t> junk;                  // fingerprints of bodies that nobody can read

  [[nodiscard]] std::string root_of(const std::string& uid) const;

 private:
  struct Booking;
  void live_through_a_chain(int number, Ms at);
  void live_through_seats(int number, Ms at);
  void live_through_time_off(int number, Ms at);
  void add_junk(Ms at);
  void say(const Booking& booking, const std::string& trigger, Ms at, boost::json::object payload);
  void add(std::string trigger, const std::string& uid, Ms at, boost::json::object envelope);
  [[nodiscard]] boost::json::object about(const Booking& booking, const std::string& trigger);
  Ms later(Ms at) { return at + Ms(world_.random.between(500, 20000)); }

  World& world_;
  const std::string fixtures_;
  int number_ = 0;
};

}  // namespace calsync::sim
