// What the small server accepts before any handler sees it. Pure. RELIABILITY §0 F14 lists what Beast lets
// through.
#pragma once
#include "connectors/http/server.hpp"

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>

namespace calsync {

// A name of this machine's own: localhost, a loopback address, `local_address` (where the caller reached us),
// or one of `hosts`. Any other name may be a page in a browser that had its DNS name rebound to us.
bool host_is_ours(std::string_view host_header, std::string_view local_address,
                  const std::vector<std::string>& hosts);

// nullopt: go on and read the body.
std::optional<ServerResponse> refuse_header(const boost::beast::http::request_header<>& header);

// The target in parts, the header names in lower case; the body is not touched. Fails: rejected.
Result<ServerRequest> to_server_request(const boost::beast::http::request_header<>& header);

}  // namespace calsync
