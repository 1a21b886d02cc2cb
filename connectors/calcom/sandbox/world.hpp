// All that the sandbox Cal.com knows: its own rows, in the API's names, and what it is asked and answers.
// Owner:    Sandbox.
// Runs on:  one thread at a time.
// Blocks:   never.
#pragma once
#include "connectors/calcom/sandbox/booking_index.hpp"
#include "connectors/calcom/sandbox/rate_limit.hpp"
#include "state/base/time.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace calsync::sandbox {

using Row =
    boost::json::object;  // one resource; members beginning with '_' are the server's own and never shown

class Table {
 public:
  std::int64_t insert(Row row);  // gives it the next `id` unless it has one
  Row* find(std::int64_t id);
  // The first, by id, that fits.
  Row* find_if(const std::function<bool(const Row&)>& fits);
  bool erase(std::int64_t id);
  std::map<std::int64_t, Row>& rows() { return rows_; }
  std::int64_t next_id = 1;
  // For an index: a row that is found by other members than before; new and erased ones are noted without it.
  void changed(std::int64_t id) { changed_.push_back(id); }
  std::vector<std::int64_t> take_changed() { return std::exchange(changed_, {}); }

 private:
  std::map<std::int64_t, Row> rows_;
  std::vector<std::int64_t> changed_;
};

struct Request {
  std::string method;
  std::string target;                        // as sent, with its query: what an error's `path` says
  std::string path;                          // percent-decoded, without query
  std::map<std::string, std::string> query;  // percent-decoded
  std::string version;                       // cal-api-version, empty: none
  std::string api_key;                       // of `Authorization: Bearer`, empty: none
  boost::json::value body;                   // null: none
};

// With path and query taken from the target; the rest is still to be set.
Request request_for(std::string method, std::string target);

struct Answer {
  unsigned status = 200;
  boost::json::value body;
  std::vector<std::pair<std::string, std::string>> headers{};  // beside the content's own: X-RateLimit-*
};

// A delivery that the server would make now: who subscribes, and the envelope of it, is decided by the sender.
struct Notice {
  std::string trigger;  // BOOKING_CREATED
  Row payload;          // what stands under `payload` (or, flat, beside `triggerEvent`)
  bool flat = false;    // MEETING_STARTED, MEETING_ENDED
  std::int64_t team_id = 0, event_type_id = 0, user_id = 0;  // 0: none; whose subscriptions are asked
  std::int64_t webhook_id = 0;                               // not 0: for this subscription only
};

struct World {
  explicit World(Clock& clock_) : clock(clock_) {}
  Clock& clock;
  std::int64_t organization_id = 1;
  RateLimit limit;
  // Keyed by their `id`. Sub-team memberships carry teamId, organisation memberships the organisation's.
  Table users, teams, memberships, schedules, event_types, workflows, out_of_office, attributes, api_keys;
  Table bookings;  // the server's own rows: attendees, seats and responses inside
  const BookingIndex& booking_index();
  const BookingIndex& time_off_index();  // an entry has a host and a time, too
  Table verified;  // {teamId, email} or {teamId, phoneNumber}: whom a team's workflows may write to
  Table webhooks;  // `_uuid` is what the API shows as id; teamId, userId or eventTypeId says whose it is
  std::vector<Notice> notices;  // made by the request at hand, in order; the server takes them out
  std::vector<Row> history;     // what truly happened to bookings and time off, whoever was told of it
  // Of one generator, seeded with `seed` when first asked.
  std::string random_id(std::size_t length);  // letters and digits: a booking's uid has 22
  std::string random_uuid();
  std::uint64_t seed = 1;
  std::uint64_t changes = 0;  // requests that were no GET
  bool unordered_lists =
      false;  // lists that the server does not order are in another order after each change

 private:
  std::uint64_t random();
  std::optional<std::mt19937_64> generator_;
  BookingIndex booking_index_, time_off_index_;
};

}  // namespace calsync::sandbox
