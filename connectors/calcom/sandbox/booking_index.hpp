// Finds bookings without looking at all of them: by uid, by host and time, by event type and start, by whose turn it is, by
// when they were last changed, and those of which a MEETING_* is due.
// Promises: names every booking that fits by what it was when follow() last heard of it, and may name some that no longer do:
//           who asks looks at the row.
#pragma once
#include <boost/json.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace calsync::sandbox {

class Table;

class BookingIndex {
 public:
  void follow(Table& bookings);  // takes in what is new, changed or gone

  using Ids = std::vector<std::int64_t>;  // ascending
  [[nodiscard]] Ids with_uid(std::string_view uid) const;
  [[nodiscard]] Ids of_series(std::string_view uid) const;
  [[nodiscard]] Ids of_host(std::int64_t user, std::string_view from,
                            std::string_view to) const;  // overlapping
  [[nodiscard]] Ids at_start(std::int64_t event_type, std::string_view start) const;
  // How many of the type's bookings that stand the user organises, and when the last of them was made ("": none).
  [[nodiscard]] std::pair<std::int64_t, std::string> organized(std::int64_t event_type,
                                                               std::int64_t user) const;
  // In the order of updatedAt, then of id.
  [[nodiscard]] Ids updated_since(std::string_view at, std::size_t skip, std::size_t take) const;
  [[nodiscard]] Ids due(std::string_view now) const;

 private:
  using ByText = std::set<std::tuple<std::string, std::int64_t>>;                // uid, booking
  using ByTime = std::set<std::tuple<std::int64_t, std::string, std::int64_t>>;  // whose, start, booking
  // event type, user, made, booking
  using ByTurn = std::set<std::tuple<std::int64_t, std::int64_t, std::string, std::int64_t>>;
  struct Keys {
    std::string uid{}, series{}, start{}, updated{};
    std::string due{};   // "": nothing is
    std::string made{};  // "": it does not stand any more
    std::int64_t event_type = 0;
    std::vector<std::int64_t> hosts{};  // the organizer first
  };
  static Keys keys_of(const boost::json::object& row);
  void add(std::int64_t id, Keys keys);
  void forget(std::int64_t id);

  std::map<std::int64_t, Keys> known_;
  ByText by_uid_, by_series_, by_update_, by_due_;
  ByTime by_host_, by_start_;
  ByTurn by_turn_;
  std::chrono::milliseconds longest_{};  // of all bookings: one that starts this much earlier may still go on
};

}  // namespace calsync::sandbox
