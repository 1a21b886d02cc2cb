#include "daemon/reconcile/own_state.hpp"

#include "state/views/reconcile_fold.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace {

std::string record(const char* name, const std::string& email, const std::string& reason) {
  return boost::json::serialize(boost::json::object{{"record", name}, {"email", email}, {"reason", reason}});
}

}  // namespace

std::string held_record(const std::string& email, const std::string& reason) {
  return record("person.held", email, reason);
}

std::string released_record(const std::string& email, const std::string& reason) {
  return record("person.released", email, reason);
}

Result<OwnState> read_own_state(const EventLog& log) {
  OwnState out;
  CALSYNC_CHECK("read what is ours", with_own_views(log, [&](ViewSource& views) {
                  out.owned = register_in(views);
                  out.suspended = suspensions_in(views);
                  views.scan(held_prefix, {}, [&](std::string_view key, std::string_view) {
                    out.held.emplace(key.substr(held_prefix.size()));
                    return true;
                  });
                }));
  return out;
}

}  // namespace calsync
