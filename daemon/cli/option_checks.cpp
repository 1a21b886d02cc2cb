#include "daemon/cli/option_checks.hpp"

#include <charconv>

namespace calsync::cli {

namespace {
template <class Number>
bool read_all_of(const std::string& text, Number& number) {
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && status == std::errc{} && end == text.data() + text.size();
}
}  // namespace

Check whole_number(std::uint64_t least, std::uint64_t most) {
  return [least, most](const std::string& text) -> std::string {
    std::uint64_t number = 0;
    if (read_all_of(text, number) && number >= least && number <= most) return "";
    std::string wanted = " is not a whole number";
    if (least > 0 || most < UINT64_MAX) wanted += " from " + std::to_string(least);
    if (most < UINT64_MAX) wanted += " to " + std::to_string(most);
    return text + wanted;
  };
}

std::string number_above_zero(const std::string& text) {
  double number = 0;
  return read_all_of(text, number) && number > 0 ? "" : text + " is not a number above 0";
}

}  // namespace calsync::cli
