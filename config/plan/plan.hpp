// What apply would do, as a value (DESIGN §6, §12.8): the same input gives the same plan, byte for byte.
// Pure: no clock, network, log or global.
#pragma once
#include "config/desired/desired.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <set>

namespace calsync {

enum class Action : std::uint8_t { create, update, remove, disable };
const char* to_text(Action action);

// Whose doing a difference is, by what was last applied. unknown: nothing was, or nobody remembers.
enum class ChangeOrigin : std::uint8_t { unknown, git, live, both };
const char* to_text(ChangeOrigin origin);  // "" for unknown

struct FieldChange {
  std::string pointer;  // RFC 6901, inside of the resource
  boost::json::value from, to;
  ChangeOrigin origin = ChangeOrigin::unknown;
};

struct Impact {
  struct Booking {
    std::string uid, title, start;
  };
  std::vector<Booking> bookings;                // future ones that it touches, by start
  std::vector<std::string> people;              // e-mails of their hosts and clients, sorted
  std::map<std::string, std::int64_t> amounts;  // by currency, in its smallest unit
  [[nodiscard]] bool empty() const { return bookings.empty() && people.empty() && amounts.empty(); }
};

struct Change {
  std::string address;
  const ResourceKind* kind = nullptr;
  Action action = Action::create;
  std::string renamed_from{};         // the address that it has now, where that is another
  std::vector<FieldChange> fields{};  // of a creation: all that is sent; of a removal: none
  std::vector<std::string> needs{};   // addresses of changes that come first
  std::vector<std::string> notes{};   // what a person should know: "sends an invitation by e-mail"
  std::optional<Impact> impact =
      Impact{};  // nullopt: not known, as nobody could say which bookings there are
};

inline bool takes_away(const Change& change) {
  return change.action == Action::remove || change.action == Action::disable;
}

struct ManualStep {
  std::string address, pointer;
  boost::json::value from, to;
  std::string what;  // what a person does, and where
};

struct Refusal {
  std::string address;  // empty: the plan as a whole
  std::string what;     // why, and what would allow it
  bool whole = false;   // nothing of the plan may be applied (exit 3)
};

// A field that Cal.com was seen not to keep: asked again only when the file says something else (DESIGN §12.8).
struct NotTaken {
  std::string address, pointer;
  boost::json::value wanted;
};

// What we have created, imported or applied (DESIGN §12.8). Folded from the log's apply records.
struct Owned {
  std::string id;
  boost::json::object applied;  // fields as last applied
  std::string commit;
  std::vector<NotTaken> not_taken;
};
using Register = std::map<std::string, Owned, std::less<>>;

struct PlanOptions {
  std::string commit{};     // empty: not in Git
  bool dirty = false;       // the files are not those of the commit
  std::string key_owner{};  // e-mail of the API key's person: never removed, demoted or renamed
  std::string today{};      // "2026-11-20": days before it mean nothing; empty: all do
  std::vector<std::string>
      own_subscriptions{};          // public_url + /hooks/<source>: left to the intake guard (DESIGN §12.9)
  const Register* owned = nullptr;  // nullptr: without a log (DESIGN §12.8)
  std::set<std::string, std::less<>> ambiguous{};  // live addresses that two things have
  std::set<std::string, std::less<>> held{};       // people under a hold (DESIGN §12.10)
  std::vector<std::string> suspended{};            // patterns of addresses that are left alone for now
  std::int64_t removals_max = 3;                   // settings; the strictest of them and of the policy counts
  double removal_share_max = 0.1;
  std::optional<std::int64_t> allow_removals{};  // a person's word: this many of a kind
  std::optional<std::int64_t> changes_max{};
  std::string only_kind{}, only_address{};  // --kind, --only (a pattern); empty: all
  std::int64_t requests_per_minute = 100;
  // Where there is none, impact is not known.
  std::function<std::optional<Impact>(const Change&, const Resource* live)> impact{};
};

struct Plan {
  std::string commit, config_hash, live_hash;  // hashes: SHA-256, hex digits
  bool dirty = false;                          // the files are not those of the commit
  std::string only_kind, only_address;         // what it is limited to; empty: nothing
  std::vector<Change> changes;                 // in the order in which they are made
  std::vector<std::string> adopted;            // there, declared, no difference: noted by the next apply
  std::vector<ManualStep> manual_steps;
  std::vector<std::string> unmanaged;  // live, neither declared nor ours
  std::vector<std::string> kept;       // ours, no longer declared, and policy.removal says keep
  std::vector<Refusal> refused;
  std::vector<NotTaken> not_taken;
  std::vector<std::string> held;
  std::int64_t estimated_seconds = 0;

  [[nodiscard]] bool refused_whole() const;
};

Plan make_plan(const Desired& desired, const Resources& live, const PlanOptions& options);

// show_plan.cpp
struct Paints {  // how a terminal paints; each gives its text back unchanged where there is none
  std::function<std::string(std::string_view)> good, bad, warn, dim, strong;
};
std::string plan_text(const Plan& plan, const Paints& paints);
std::string plan_markdown(const Plan& plan);
boost::json::value plan_json(const Plan& plan);

}  // namespace calsync
