// One seed: a Cal.com, a cluster, one or two daemons, and the faults that this seed has chosen; then a time
// without faults, in which all must come right; then the last look.
#pragma once
#include "tests/sim/plants.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>

namespace calsync::sim {

struct Ending {
  std::string violation;  // empty: everything held
  std::uint64_t trace = 0;
  std::uint64_t deliveries = 0, acknowledged = 0, events = 0, starts = 0;
  std::string faults;  // that the seed has chosen
  std::map<std::string, std::uint64_t> met;
};

struct Wish {
  std::uint64_t seed = 1;
  Plant plant = Plant::none;
  bool show = false;  // the trace on standard output
  std::string fixtures = "tests/fixtures/webhooks";
};

// What some hundred seeds together must have met: a simulation in which nothing happens proves nothing.
inline constexpr std::array must_be_met{"kills",

                                        "stops",
                                        "daemons that stood down",
                                        "daemons that refused",
                                        "daemons that failed",
                                        "restored logs",
                                        "logs that lost their end",
                                        "copied logs",
                                        "commits",
                                        "aborts",
                                        "commits whose answer was lost",
                                        "transactions that timed out",
                                        "fenced producers",
                                        "dead producers",
                                        "events that are too large",
                                        "trims",
                                        "deliveries refused with 503"};

Ending simulate(const Wish& wish);

}  // namespace calsync::sim
