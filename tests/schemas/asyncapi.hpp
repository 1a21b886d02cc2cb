// The AsyncAPI 3.0 document: topics, keys, headers, and which schema each message has. Pure.
#pragma once
#include <boost/json/value.hpp>

namespace calsync {

boost::json::value asyncapi_document();

}  // namespace calsync
