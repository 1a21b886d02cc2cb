// The list below one top-level key, as it is stated: not yet joined with the other sections.
#pragma once
#include "config/desired/value_reader.hpp"

namespace calsync {

struct Relation {  // a user's team, a team's member, a schedule that a user names
  std::string name, role;
  bool accepted = true;  // false: only invited so far
  Place place;
};

struct Stated {
  const ResourceKind* kind = nullptr;
  boost::json::object fields;
  Places places;  // "" is the item itself
  std::string previously;
  bool absent = false;
  std::vector<Relation> members;    // of a team: e-mails
  std::vector<Relation> teams;      // of a user: slugs
  std::vector<Relation> schedules;  // of a user: names
  [[nodiscard]] const Place& place() const { return places.find("")->second; }
};

std::vector<Stated> read_section(const ResourceKind& kind, std::string_view file, const YamlNode& node,
                                 Reading& reading);

}  // namespace calsync
