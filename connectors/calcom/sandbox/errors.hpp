// What Cal.com answers when it refuses, in its words (CONTRACT §1, §16). A handler returns one of these; handle() sets
// the envelope around it: {status: "error", timestamp, path, error}.
#pragma once
#include "connectors/calcom/sandbox/world.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace calsync::sandbox {

// An exception of Nest's, 400 to 429: code, message, and details {message, error, statusCode}.
Answer refused(unsigned status, std::string_view message);

// Of a layer below (Prisma, zod, tRPC): code and message, no details. conflict() is the 409 of a unique column.
Answer failed(unsigned status, std::string_view code, std::string_view message);
Answer trpc_error();         // 400 TRPCError
Answer internal_error();     // 500 INTERNAL_SERVER_ERROR
Answer conflict();           // 409 CONFLICT
Answer bare_server_error();  // 500 without envelope: {statusCode, message}

// One finding of the validation of a body or query. `value` is absent where the property was.
struct Invalid {
  std::string property;
  const boost::json::value* value = nullptr;
  std::vector<std::pair<std::string, std::string>> constraints{};  // "isString": "name must be a string"
  boost::json::array children{};                                   // as made by `finding`
};
boost::json::object finding(const boost::json::value& target, const Invalid& invalid);
// 400 with details.errors; each echoes `target`, the whole body with its defaults.
Answer invalid(const boost::json::value& target, const std::vector<Invalid>& errors);
Answer invalid(boost::json::array findings);

Answer unknown_route(const Request& request);  // 404 "Cannot GET /v2/…"
Answer too_many_requests();                    // 429, details a string
// A body that is no JSON: 400, for the server, which reads the body before anything else is asked.
Answer bad_json(std::string_view why);

// The envelope, around an error that has none yet; any other answer is left as it is.
Answer in_envelope(World& world, const Request& request, Answer answer);

}  // namespace calsync::sandbox
