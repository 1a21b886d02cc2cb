#include "daemon/reconcile/suspensions.hpp"

#include "config/resources/values.hpp"
#include "state/views/reconcile_fold.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

std::string record(const char* name, const std::string& pattern, const std::string& reason) {
  return json::serialize(json::object{{"record", name}, {"address", pattern}, {"reason", reason}});
}

}  // namespace

Suspensions suspensions_in(ViewSource& views) {
  Suspensions out;
  views.scan(suspended_prefix, {}, [&](std::string_view key, std::string_view row) {
    const json::value known = json::parse(row);
    out.emplace(key.substr(suspended_prefix.size()),
                Suspension{text_in(known.get_object(), "reason"), text_in(known.get_object(), "since")});
    return true;
  });
  return out;
}

std::vector<std::string> suspended_patterns(const Suspensions& all) {
  std::vector<std::string> out;
  for (const auto& [pattern, _] : all)
    if (pattern != suspended_whole) out.push_back(pattern);
  return out;
}

std::string suspended_record(const std::string& pattern, const std::string& reason) {
  return record("reconcile.suspended", pattern, reason);
}

std::string resumed_record(const std::string& pattern, const std::string& reason) {
  return record("reconcile.resumed", pattern, reason);
}

}  // namespace calsync
