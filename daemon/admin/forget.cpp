// POST and GET /control/forget: an erasure runs in the daemon, and goes on when the asker is gone.
#include "daemon/admin/control_routes.hpp"
#include "daemon/care/forget_json.hpp"
#include "daemon/care/forget_runner.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;

ServerResponse begin_forgetting(ForgetRunner* runner, const std::string& body) {
  if (runner == nullptr) return error_response(503, "unavailable", "this daemon erases nobody");
  boost::system::error_code bad;
  const json::value value = json::parse(body, bad);
  const auto* object = bad ? nullptr : value.if_object();
  const auto* email = object != nullptr ? object->if_contains("email") : nullptr;
  if (email == nullptr || !email->is_string() || email->get_string().find('@') == json::string::npos)
    return error_response(400, "bad_request", R"(the body is not {"email":ADDRESS})");
  const auto run = runner->request(std::string(email->get_string()));
  if (!run) return error_response(503, "unavailable", run.error().what);
  return {.status = 202, .body = json::serialize(json::object{{"run", *run}})};
}

ServerResponse show_forgetting(ForgetRunner* runner) {
  if (runner == nullptr) return error_response(503, "unavailable", "this daemon erases nobody");
  const ForgetState state = runner->state();
  const bool good = state.run > 0 && !state.running && !state.failed;
  return {.body = json::serialize(
              json::object{{"run", state.run},
                           {"running", state.running},
                           {"share", state.share},
                           {"error", state.failed ? json::value(state.failed->what) : nullptr},
                           {"code", state.failed ? json::value(to_text(state.failed->code)) : nullptr},
                           {"forgotten", good ? json::value(forget_json(state.facts)) : nullptr}})};
}

}  // namespace calsync
