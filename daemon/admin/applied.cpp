#include "daemon/admin/control_routes.hpp"
#include "state/views/register.hpp"

namespace calsync {

ServerResponse note_what_was_applied(EventLog& log, Clock& clock, std::string body) {
  if (!register_change(body))
    return error_response(400, "bad_request", "the body is neither resource.applied nor resource.removed");
  const auto appended = log.append_and_wait({.source = RecordSource::apply,
                                             .source_id = {},
                                             .content_type = "application/json",
                                             .received = clock.wall(),
                                             .body = std::move(body)});
  if (!appended) return error_response(503, "unavailable", appended.error().what);
  return {.body = R"({"sequence":)" + std::to_string(appended->sequence.value()) + "}"};
}

}  // namespace calsync
