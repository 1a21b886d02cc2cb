// Requests that no parser may be left to guess about.
#pragma once
#include <string>
#include <vector>

namespace calsync::test {

struct Malformation {
  const char* story;
  unsigned status;
  std::string bytes;
};
const std::vector<Malformation>& malformations();

// What they all are but for one thing: a signed POST, here with further fields, each with CRLF.
std::string well_formed_with(const std::string& fields);

}  // namespace calsync::test
