#include "daemon/admin/control_routes.hpp"
#include "state/views/config_fold.hpp"
#include "state/views/reconcile_fold.hpp"

#include <boost/json.hpp>

namespace calsync {

bool asks_for_a_look(std::string_view body) {
  boost::system::error_code failed;
  const boost::json::value said = boost::json::parse(body, failed);
  return !failed && said.is_object() && is_reconcile_record(said.get_object());
}

ServerResponse note_what_was_applied(EventLog& log, Clock& clock, std::string body) {
  if (!is_config_record(body))
    return error_response(400, "bad_request",
                          "the body is no record of what was applied, failed or looked at");
  const auto appended = log.append_and_wait({.source = RecordSource::apply,
                                             .source_id = {},
                                             .content_type = "application/json",
                                             .received = clock.wall(),
                                             .body = std::move(body)});
  if (!appended) return error_response(503, "unavailable", appended.error().what);
  return {.body = R"({"sequence":)" + std::to_string(appended->sequence.value()) + "}"};
}

}  // namespace calsync
