// Constraints of one property, under the names and in the words of the server's validation.
#pragma once
#include <boost/json.hpp>

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace calsync::sandbox {

struct Check {
  std::string name;  // "isString"
  std::string says;  // "$ must be a string": $ is the property
  std::function<bool(const boost::json::value&)> holds;
  [[nodiscard]] std::string text(std::string_view property) const;
};

using Names = std::initializer_list<std::string_view>;

namespace check {

Check string();
Check boolean();
Check integer();
Check number();
Check object();
Check array();
Check length(std::size_t bound);
Check least(std::int64_t bound);
Check most(std::int64_t bound);
Check email();
Check time_zone(std::string name, std::string says);
Check matches(std::string_view pattern, std::string says);
Check not_empty(std::string says);                        // arrayMinSize
Check one_of(Names values);                               // isEnum
Check each_one_of(Names values);                          // isEnum, of every element
Check in(Names values, std::string_view between = ", ");  // isIn
Check each_in(Names values);                              // isIn, of every element

}  // namespace check
}  // namespace calsync::sandbox
