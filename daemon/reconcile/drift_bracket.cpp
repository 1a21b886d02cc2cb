#include "daemon/reconcile/drift_bracket.hpp"

#include "config/resources/values.hpp"
#include "daemon/reconcile/own_views.hpp"
#include "state/views/config_fold.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

DriftBracket bracket_in(const json::object& object) {
  const auto clean = parse_instant(text_in(object, "lastClean")),
             dirty = parse_instant(text_in(object, "firstDirty"));
  return {clean ? std::optional(*clean) : std::nullopt, dirty ? *dirty : Instant{}};
}

}  // namespace

DriftSince drift_since(std::string_view row) {
  const json::value known = json::parse(row);
  DriftSince out{bracket_in(known.as_object()), {}};
  const json::array* changes = list_in(known.as_object(), "changes");
  if (changes == nullptr) return out;
  for (const json::value& one : *changes) {
    if (!one.is_object()) continue;
    const bool dated = one.get_object().contains("firstDirty");  // not by an older version
    out.fields[text_in(one.get_object(), "pointer")] = dated ? bracket_in(one.get_object()) : out.whole;
  }
  return out;
}

Result<DriftBrackets> drift_brackets(const EventLog& log, const std::string& look, Instant now) {
  DriftBrackets out;
  const auto read = [&](ViewSource& views) {
    ViewTable seen(views);
    RawRecord record;
    record.source = RecordSource::apply;
    record.received = now;
    record.body = look;
    fold_config(record, seen, EventSequence{1});
    seen.scan(drift_prefix, {}, [&](std::string_view key, std::string_view row) {
      out.emplace(key.substr(drift_prefix.size()), drift_since(row));
      return true;
    });
  };
  CALSYNC_CHECK("read the log", with_own_views(log, read));
  return out;
}

}  // namespace calsync
