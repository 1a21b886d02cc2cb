// Words to write a JSON Schema with: strict objects (every key required, none further), what may be null said
// so. Pure.
#pragma once
#include <boost/json/value.hpp>

#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

namespace calsync::schema {

using Json = boost::json::value;
using Members = std::vector<std::pair<std::string_view, Json>>;

Json text();                                           // any string
Json name();                                           // a string that is not empty
Json integer();                                        // ids may be above 2^53
Json flag();                                           // true or false
Json instant();                                        // UTC with milliseconds: "2026-11-20T09:30:00.000Z"
Json date();                                           // "2026-12-20": a day, of no zone
Json anything();                                       // what a person or Cal.com put there: any JSON
Json free_object();                                    // keys that are not ours: metadata, answers
Json one_of(std::initializer_list<std::string_view>);  // one of these strings
Json constant(std::string_view value);
Json list_of(Json item);
Json or_null(Json schema);
Json object(const Members& members);  // strict
Json defined(std::string_view name);  // {"$ref": "#/$defs/name"}
Json described(Json schema, std::string_view text);

}  // namespace calsync::schema
