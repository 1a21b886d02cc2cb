#include "daemon/reconcile/change_secrets.hpp"

#include "connectors/secrets/secrets.hpp"

#include <boost/json.hpp>

namespace calsync {

Result<Secret> secret_of(const std::string& reference) {
  CALSYNC_TRY(parsed, "secret", parse_secret_ref(reference));
  return read_secret(parsed);
}

Result<void> secrets_are_there(const Desired& desired, const Plan& plan) {
  for (const Change& change : plan.changes) {
    const auto wanted = desired.resources.find(change.address);
    if (wanted == desired.resources.end() || takes_away(change)) continue;
    const boost::json::value* reference = wanted->second.fields.if_contains("secret");
    if (reference == nullptr || !reference->is_string()) continue;
    CALSYNC_CHECK(change.address, secret_of(std::string(reference->get_string())));
  }
  return {};
}

}  // namespace calsync
