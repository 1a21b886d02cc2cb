#include "daemon/people/saga.hpp"

#include "config/resources/values.hpp"
#include "daemon/reconcile/own_views.hpp"
#include "state/views/reconcile_fold.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;

Result<void> Saga::tell(std::string_view step, const json::object& more) {
  json::object said{{"record", "offboard.step"}, {"email", email_}, {"step", step}};
  for (const auto& member : more) said[member.key()] = member.value();
  CALSYNC_CHECK("note the step", note_(json::serialize(said)));
  said["at"] = to_text(clock_.wall());
  steps_.push_back(std::move(said));
  return {};
}

bool was_deleting_account(const std::vector<json::object>& steps) {
  bool asked = false;
  for (const json::object& one : steps) {
    const std::string step = text_in(one, "step");
    if (step == "account") asked = true;
    if (step == "account_deleted" || step == "membership_removed") asked = false;
  }
  return asked;
}

Result<std::vector<json::object>> read_saga(const EventLog& log, const std::string& email) {
  std::vector<json::object> out;
  CALSYNC_CHECK("read the off-boarding", with_own_views(log, [&](ViewSource& views) {
                  views.scan(offboarding_rows(email), {}, [&](std::string_view, std::string_view row) {
                    boost::system::error_code failed;
                    const json::value step = json::parse(row, failed);
                    if (!failed && step.is_object()) out.push_back(step.get_object());
                    return true;
                  });
                }));
  return out;
}

}  // namespace calsync
