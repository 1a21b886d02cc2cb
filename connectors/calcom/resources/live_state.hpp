// The live organisation in the words of files, read with the fewest calls: lists of the whole organisation where there are
// such, else one a team (CONTRACT §4–§10, §16).
// Runs on:  the caller's thread.
// Blocks:   as CalcomReads::get does, about 8 calls and 3 a team.
// Fails:    as get(); rejected where an answer is not what it should be. Never a part of an organisation.
#pragma once
#include "config/resources/resource.hpp"
#include "connectors/calcom/api.hpp"
#include "connectors/calcom/resources/names.hpp"

#include <set>

namespace calsync {

struct LiveState {
  Resources resources;
  Names names;
  std::map<std::string, boost::json::object, std::less<>> rows;  // as answered, by address
  std::vector<std::string>
      ambiguous;          // addresses that two things have: names of schedules and workflows are not unique
  std::string key_owner;  // e-mail of the API key's person
  std::string key_owner_name;  // and the name in their links
  std::uint64_t calls = 0;
};

struct LiveOptions {
  std::int64_t organization = 0;
  ApiUse use = ApiUse::interactive;
  bool integrations = false;  // two calls a team more
  // Whose webhooks are read, one call each: "team/slug"; with `all_webhooks` of every event type.
  std::set<std::string, std::less<>> webhooks_of{};
  bool all_webhooks = false;
  bool own_event_types = false;  // of the key's person: a call, and one each
  bool people_only = false;      // people and their time off, nothing else
};

Result<LiveState> read_live(CalcomReads& api, const LiveOptions& options);

}  // namespace calsync
