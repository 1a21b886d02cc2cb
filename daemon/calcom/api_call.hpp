// A call to Cal.com's API and its outcome as JSON: how the command line asks the daemon (daemon/admin/control.hpp).
// Both sides include this file. Pure.
#pragma once
#include "connectors/calcom/api.hpp"

#include <boost/json/value.hpp>

namespace calsync {

struct ApiCall {
  std::string method = "GET", path, body;
  ApiUse use = ApiUse::interactive;
};

boost::json::value to_json(const ApiCall& call);
// Fails: rejected, with what is wrong.
Result<ApiCall> read_api_call(const std::string& text);
Result<ApiAnswer> make_call(CalcomApi& api, const ApiCall& call);

// {"status":…,"body":…,"code":…,"message":…,"requestId":…,"serverLimit":…,"serverLeft":…} or {"failed":{"code":…,"message":…,"retryAfter":…}}.
boost::json::value to_json(const Result<ApiAnswer>& outcome);
Result<ApiAnswer> read_api_outcome(const boost::json::value& value);

}  // namespace calsync
