#include "daemon/reconcile/config_then.hpp"

#include "config/resources/values.hpp"
#include "daemon/reconcile/own_views.hpp"
#include "state/views/config_fold.hpp"
#include "state/views/register.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

Result<RawSequence> last_of_commit(const EventLog& log, const std::string& commit) {
  RawSequence last{};
  const auto look = [&](const RawRecord& record) {
    // Not one that was only seen, or planned.
    if (record.source != RecordSource::apply || !record.body || !register_change(*record.body)) return true;
    boost::system::error_code failed;
    const json::value said = json::parse(*record.body, failed);
    if (!failed && said.is_object() && text_in(said.get_object(), "commit").starts_with(commit))
      last = record.sequence;
    return true;
  };
  CALSYNC_CHECK("find the commit", each_record(log, next(log.cut().raw), look));
  if (last.value() == 0)
    return Error{Errc::not_found, "nothing of commit " + commit + " was applied that the log still knows of"};
  return last;
}

Drifted drifted_in(std::string_view row) {
  const json::value known = json::parse(row);
  const json::array* changes = list_in(known.get_object(), "changes");
  return {changes != nullptr ? *changes : json::array(), drift_since(row).whole};
}

void read_rows(ViewSource& views, ConfigThen& then) {
  then.applied = register_in(views);
  views.scan(drift_prefix, {}, [&](std::string_view key, std::string_view row) {
    const std::string_view address = key.substr(drift_prefix.size());
    then.drifted.emplace(address, drifted_in(row));
    return true;
  });
}

}  // namespace

Result<ConfigThen> config_at(const EventLog& log, const ConfigPlace& place) try {
  std::optional<RawSequence> upto = place.upto;
  if (!place.commit.empty()) {
    CALSYNC_TRY(last, "config", last_of_commit(log, place.commit));
    upto = last;
  }
  const LogCut cut = log.cut();
  if ((upto && *upto < cut.raw) || (place.before && cut.raw.value() > 0 && *place.before <= cut.received))
    return Error{Errc::rejected, "the log was trimmed up to record " + std::to_string(cut.raw.value()) +
                                     ": ask for a later place"};
  const auto begin = log.views_at_cut();
  ViewTable views(*begin);
  ConfigThen then;
  then.upto = cut.raw;
  const auto take = [&](const RawRecord& record) {
    if ((upto && record.sequence > *upto) || (place.before && record.received >= *place.before)) return false;
    then.upto = record.sequence;
    then.at = record.received;
    if (record.source == RecordSource::apply && record.body) fold_config(record, views, EventSequence{1});
    return true;
  };
  CALSYNC_CHECK("config", each_record(log, next(log.cut().raw), take));
  read_rows(views, then);
  return then;
} catch (const ViewError& unreadable) {
  return unreadable.error;
}

}  // namespace calsync
