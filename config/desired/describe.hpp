// What configuration files may hold, for editors, for checks elsewhere and for people: made from the kinds, so that it says what
// the reader does. Pure.
#pragma once
#include <boost/json/value.hpp>

#include <string>

namespace calsync {

// JSON Schema 2020-12 of one file. It knows each value by itself; what stands in relation to another (references, hosts who are
// no members, what excludes each other) only `calsync validate` knows.
boost::json::value config_schema();

// Markdown: a chapter a kind, a row a field.
std::string config_reference();

}  // namespace calsync
