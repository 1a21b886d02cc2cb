// A running sandbox, asked over HTTP.
#pragma once
#include "daemon/cli/context.hpp"

#include <boost/json.hpp>

namespace calsync::cli {

struct SandboxPlace {
  std::string url = "http://127.0.0.1:8480";
  std::string api_key{};  // may be empty where no key is needed
};

// `data` of the answer. Fails: rejected, with the sandbox's own words; unavailable, saying how to start one.
Result<boost::json::value> ask_sandbox(const Context& context, const SandboxPlace& place,
                                       const std::string& method, const std::string& target,
                                       const boost::json::value& body);

}  // namespace calsync::cli
