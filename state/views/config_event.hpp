// One event of the topic `config`, whatever told it. Pure.
#pragma once
#include "state/views/folding.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace calsync {

// Members of a record's body; "" or [] where there is none of that type.
std::string said_text(const boost::json::object& said, std::string_view name);
boost::json::array said_list(const boost::json::object& said, std::string_view name);

// `said`: "address", and those of "action", "commit", "why", "reason", "lastClean", "firstDirty", "good", "planned", "refused", "since" and
// "changes" that the event has; the others are null.
void emit_config(Folding& folding, const char* type, const boost::json::object& said);

}  // namespace calsync
