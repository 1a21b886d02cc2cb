// How an event of the log looks as JSON: the same members over HTTP and on the command line. Pure.
#pragma once
#include "state/events/event_record.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace calsync {

boost::json::object event_object(const StoredEvent& stored);  // without its value
std::string event_json(const StoredEvent& stored);            // with it: its bytes go in unchanged

}  // namespace calsync
