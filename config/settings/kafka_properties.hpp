// kafka.properties: any librdkafka property but those that exactly-once stands on (RELIABILITY §3.2). Pure.
#pragma once
#include <string>
#include <string_view>

namespace calsync {

// What is wrong with setting this property to this text, and the cure; empty: nothing. Never repeats the
// value.
std::string kafka_property_problem(std::string_view name, std::string_view value);

// The first part of that alone: why a property is calsync's own, whatever its value; empty: it is not.
std::string owned_kafka_property(std::string_view name);

bool kafka_property_may_be_secret(std::string_view written);

// For people: a reference as it is, a value whose name looks secret as ***, any other as it is.
std::string shown_kafka_property(std::string_view name, std::string_view value);

}  // namespace calsync
