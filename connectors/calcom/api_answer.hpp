// From what came over HTTP to what callers look at: the error envelope taken apart, the success envelope taken
// off (CONTRACT §1). Pure.
#pragma once
#include "connectors/calcom/api.hpp"
#include "connectors/http/client.hpp"

#include <boost/json/value.hpp>

namespace calsync {

// `sent`: the body of the request; what an error message repeats of it is cut out.
// Fails: rejected, where a 2xx is not Cal.com's JSON (a proxy's page, deeper than 64 levels, no success).
Result<ApiAnswer> read_answer(HttpAnswer from, std::string_view sent, std::string_view call);

// The whole envelope of an answer with 2xx; else its error. `call` names it: "GET /v2/me".
Result<boost::json::value> read_envelope(const ApiAnswer& answer, std::string_view call);
// What stands under `data` of it; null where there is none.
Result<boost::json::value> read_data(const ApiAnswer& answer, std::string_view call);

}  // namespace calsync
