// When two values of a field mean the same, and what is sent where they do not. Pure.
// A value that is missing, null, or what the server fills in by itself, is all the same (CONTRACT §3, §16).
#pragma once
#include "config/kinds/kind.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace calsync {

bool same(const Field& field, const boost::json::value& wanted, const boost::json::value& live);

// `wanted` with what it does not state taken from `live`: a PATCH replaces objects and lists whole (CONTRACT §3), and what a file
// does not state belongs to the UI.
boost::json::value merged(const Field& field, const boost::json::value& wanted,
                          const boost::json::value& live);

struct Difference {
  std::string pointer;  // RFC 6901, inside of the resource
  boost::json::value from, to;
};
// Of one field, as deep as objects go; lists are told whole. Empty: the same.
std::vector<Difference> differences(const Field& field, const boost::json::value& wanted,
                                    const boost::json::value& live);

// Of a list in the order `defaults`: without what is there by itself, that is members as made, and elements that say no more.
boost::json::array changed_only(const Field& field, const boost::json::array& list);

// As Cal.com makes one of a name (CONTRACT §4).
std::string slugified(std::string_view text);

}  // namespace calsync
