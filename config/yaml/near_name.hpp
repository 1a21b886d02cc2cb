// The known name that a person most likely meant. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace calsync {

std::size_t edit_distance(std::string_view a, std::string_view b);

// Empty: none is near (more than about a third of the letters differ).
std::string near_name(std::string_view written, const std::vector<std::string>& known);

// A key as written, fit for a message: one line, at most 64 bytes.
std::string shown_name(std::string_view name);

// For command lines. `unknown`: words that no option or argument took; CLI11 gives them in another order.
std::vector<std::string> in_given_order(std::vector<std::string> unknown,
                                        const std::vector<std::string>& given);
// "there is no option --limt; did you mean --limit?"
std::string not_expected(const std::vector<std::string>& unknown, const std::vector<std::string>& known);

}  // namespace calsync
