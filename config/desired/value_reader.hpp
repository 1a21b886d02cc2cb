// One value of a file against what its field may hold.
#pragma once
#include "config/desired/reading.hpp"

#include <boost/json/value.hpp>

namespace calsync {

using Places = std::map<std::string, Place, std::less<>>;

struct ValueReader {
  Reading& reading;
  std::string_view file;
  Places& places;  // gets one for each value that is read, by JSON pointer

  // nullopt: it is wrong, and that was told.
  std::optional<boost::json::value> read(const Field& field, const YamlNode& node,
                                         const std::string& pointer);
  // `more`: members that the caller reads itself.
  boost::json::object read_members(std::span<const Field> fields, const YamlNode& node,
                                   const std::string& pointer, const std::vector<std::string>& more,
                                   std::string_view of);

 private:
  std::optional<boost::json::value> read_text(const Field& field, const YamlNode& node);
  std::optional<boost::json::value> read_integer(const Field& field, const YamlNode& node);
  std::optional<boost::json::value> read_boolean(const Field& field, const YamlNode& node);
  std::optional<boost::json::value> read_list(const Field& field, const YamlNode& node,
                                              const std::string& pointer);
  std::optional<boost::json::value> read_object(const Field& field, const YamlNode& node,
                                                const std::string& pointer);
  std::optional<boost::json::value> wrong(const YamlNode& node, std::string what);
};

// Any YAML as JSON: numbers, true, false and null where they are not quoted.
boost::json::value plain_value(const YamlNode& node);

}  // namespace calsync
