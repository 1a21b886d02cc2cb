// Deliveries in any order and with copies against the same in the order in which they happened.
#pragma once
#include "state/events/email.hpp"
#include "state/views/chain.hpp"
#include "tests/connectors/calcom/wire/deliveries.hpp"
#include "tests/connectors/calcom/wire/fold_bench.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace calsync {

using History = std::vector<Delivery>;

// What is known at the end: bookings as consumers see them, time off as it is kept.
inline std::string state(FoldBench& bench) {
  ViewTable table(bench.views);
  std::string out;
  for (const auto& [key, bytes] : bench.views.rows) {
    if (key.starts_with("o/")) out += key + bytes + "\n";
    if (!key.starts_with("b/")) continue;
    const auto row = decode_booking(bytes);
    out += render(*row, walk_up(table, *row, key.substr(2)).root).json + "\n";
  }
  return out;
}

// What a reader of the compacted topic holds at the end: the last value of each booking.
using Held = std::map<std::string, std::string>;

// That is what is known, of every booking that has a uid. E-mails compare without case.
inline void expect_held(FoldBench& bench, const Held& held, const std::string& order) {
  ViewTable table(bench.views);
  for (const auto& [key, bytes] : bench.views.rows) {
    if (!key.starts_with("b/") || key.starts_with("b/id:")) continue;
    const std::string uid = key.substr(2);
    const auto row = decode_booking(bytes);
    const auto told = held.find(uid);
    ASSERT_NE(told, held.end()) << uid << " is known and was never told: " << order;
    ASSERT_EQ(lower_ascii(told->second), lower_ascii(render(*row, walk_up(table, *row, uid).root).json))
        << order;
  }
}

// Told once per identity, or once in a while, whatever the order: how many there are of each type.
inline bool is_told_once(const std::string& type) {
  for (const char* kind : {"meeting.", "recording.", "form.", "webhook.", "ooo.created",
                           "booking.payment_initiated", "booking.paid"})
    if (type.starts_with(kind)) return true;
  return false;
}

struct Ending {
  std::string state;
  std::map<std::string, int> told;
};

inline Ending end_of(const History& history) {
  FoldBench bench;
  Ending end;
  Held held;
  std::string order;
  for (const auto& delivery : history) {
    order += "\n" + delivery.text();
    for (const auto& event : bench.take(delivery.text()).events) {
      if (is_told_once(event.type)) ++end.told[event.type];
      for (const auto& state : event.states) held[state.uid.value()] = state.json;
    }
  }
  expect_held(bench, held, order);
  end.state = state(bench);
  return end;
}

inline void holds_for_all_orders_of(History history) {
  const auto by_arrival = [](const Delivery& a, const Delivery& b) { return a.text() < b.text(); };
  const Ending expected = end_of(history);
  std::sort(history.begin(), history.end(), by_arrival);
  do {
    const Ending end = end_of(history);
    std::string order;
    for (const auto& delivery : history) order += delivery.text() + "\n";
    ASSERT_EQ(end.state, expected.state) << order;
    ASSERT_EQ(end.told, expected.told) << order;
  } while (std::next_permutation(history.begin(), history.end(), by_arrival));
}

inline void holds_for(History (*make)(std::mt19937&)) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    const History history = make(random);
    const Ending expected = end_of(history);
    for (int round = 0; round < 3; ++round) {
      History shuffled = history;
      for (auto again = random() % 4; again > 0; --again)
        shuffled.push_back(copy_of(history[random() % history.size()]));
      std::shuffle(shuffled.begin(), shuffled.end(), random);
      std::string order;
      for (const auto& delivery : shuffled) order += delivery.trigger + " " + delivery.created_at + "; ";
      const Ending end = end_of(shuffled);
      ASSERT_EQ(end.state, expected.state) << "seed " << seed << ": " << order;
      ASSERT_EQ(end.told, expected.told) << "seed " << seed << ": " << order;
    }
  }
}

}  // namespace calsync
