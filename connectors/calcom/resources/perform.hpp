// One change of a plan, made at Cal.com and read back (RELIABILITY §3.5, CONTRACT §3).
// Owner:    who applies a plan; one at a time.
// Runs on:  the caller's thread.
// Blocks:   as the calls do.
// Promises: looks before it changes (a difference to what the plan saw stops it), never repeats a POST whose outcome is not
//           known before it has looked the resource up by its name, and reads back what it wrote, also after a 4xx or 5xx. What
//           is gone already is removed.
// Fails:    conflict (live has moved since the plan, or the name is taken twice), not_found (what it refers to is not there),
//           rejected, and as the calls do. The error then says whether anything was changed.
#pragma once
#include "config/plan/plan.hpp"
#include "connectors/calcom/resources/live_state.hpp"
#include "state/base/secret.hpp"

#include <functional>

namespace calsync {

struct Performed {
  std::string id;
  boost::json::object applied;      // the stated fields as the server now has them
  std::vector<NotTaken> not_taken;  // asked for, and not kept by the server
  std::vector<NotTaken>
      left;  // otherwise than stated, and no part of the change: ignored, or somebody's drift
};

class Performer {
 public:
  // `secret`: the value of a reference. `live` is kept up to date by what is performed.
  Performer(CalcomApi& api, std::int64_t organization, const Desired& desired, LiveState& live,
            std::function<Result<Secret>(const std::string& reference)> secret)
      : api_(api), organization_(organization), desired_(desired), live_(live), secret_(std::move(secret)) {}

  Result<Performed> perform(const Change& change);

 private:
  static constexpr ApiUse use_ = ApiUse::apply;

  Result<Performed> create(const Change& change, const Resource& wanted);
  Result<Performed> update(const Change& change, const Resource& wanted);
  Result<Performed> remove(const Change& change);
  Result<Performed> disable(const Change& change);

  Result<std::string> post(const Resource& wanted, const boost::json::object& body);
  Result<std::string> after_unknown_post(const Resource& wanted, const Error& why);
  Result<void> finish_user(const Resource& wanted, const std::string& id,
                           const std::vector<FieldChange>& fields, bool is_new);
  Result<void> patch(const Resource& live, const boost::json::object& body);
  Result<void> check_unmoved(const Change& change, const Resource& then, const Resource& now);
  // Steps to one fixed address or number name it by the id that it has as a verified one (CONTRACT §8).
  Result<void> name_verified(const Resource& workflow, boost::json::object& body);
  Result<boost::json::object> body_of(const Resource& wanted);
  Result<boost::json::object> patch_body(const Change& change, const Resource& wanted, const Resource& live);
  Result<Performed> read_back(const Change& change, const Resource& wanted, const std::string& id);
  // As it is now: one GET, or the list where there is no GET of one. nullopt: it is not there.
  Result<std::optional<Resource>> look_up(const Resource& like, const std::string& id);
  Result<std::optional<Resource>> find_by_name(const Resource& like);
  Result<std::string> path(std::string_view pattern, const Resource& resource, const std::string& id) const;
  Result<void> add_role(Resource& user, boost::json::object& row);
  Result<std::string> owner_id(const Resource& resource, std::string_view name) const;
  void learn(const Resource& wanted, const std::string& id);
  void note(Resource now, const boost::json::object& row);

  CalcomApi& api_;
  std::int64_t organization_;
  const Desired& desired_;
  LiveState& live_;
  std::function<Result<Secret>(const std::string& reference)> secret_;
};

}  // namespace calsync
