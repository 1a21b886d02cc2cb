// What is wrong with a word of the command line, as CLI11's check() takes it: "" where it is good. CLI11 puts
// the option's name in front, and calsync ends with 64. Pure.
#pragma once
#include "state/base/error.hpp"

#include <cstdint>
#include <functional>

namespace calsync::cli {

using Check = std::function<std::string(const std::string&)>;

Check whole_number(std::uint64_t least, std::uint64_t most = UINT64_MAX);
std::string number_above_zero(const std::string& text);

// `read` is what the command itself calls later: its words are the same here.
template <class Read>
Check readable(Read read) {
  return [read](const std::string& text) {
    const auto got = read(text);
    return got ? std::string() : got.error().what;
  };
}

}  // namespace calsync::cli
