#include "state/views/config_fold.hpp"

#include "state/events/email.hpp"
#include "state/views/cause.hpp"
#include "state/views/config_event.hpp"
#include "state/views/erasure_fold.hpp"
#include "state/views/reconcile_fold.hpp"
#include "state/views/register.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <set>

namespace calsync {
namespace json = boost::json;
namespace {

std::optional<json::object> object_in(std::string_view body) {
  boost::system::error_code failed;
  const json::value value = json::parse(body, failed);
  if (failed || !value.is_object()) return std::nullopt;
  return value.get_object();
}

// The event that a record about one change makes; nullptr: none.
const char* type_of(const json::object& said) {
  const std::string record = said_text(said, "record");
  if (said_text(said, "address").empty() || said_text(said, "action").empty()) return nullptr;
  if (record == "change.started") return "config.change_started";
  if (record == "change.failed") return "config.change_failed";
  const bool done = record == "change.done" || record == "resource.applied" || record == "resource.removed";
  return done ? "config.change_done" : nullptr;
}

std::optional<Instant> instant_in(ViewSource& views, const std::string& row) {
  const auto known = views.get(row);
  const auto instant = known ? parse_instant(*known) : parse_instant("");
  return instant ? std::optional(*instant) : std::nullopt;
}

void found(Folding& folding, json::object said) {
  const std::string address = said_text(said, "address"), row = std::string(drift_prefix) + address;
  const auto clean = last_clean(folding.views, address);
  json::object known{{"lastClean", clean ? json::value(to_text(*clean)) : json::value(nullptr)},
                     {"firstDirty", to_text(folding.record.received)}};
  bool news = true;
  if (const auto before = folding.views.get(row))
    if (auto object = object_in(*before)) {
      news = said_list(*object, "changes") != said_list(said, "changes");
      known = *std::move(object);
    }
  known["changes"] = said_list(said, "changes");
  folding.views.put(row, json::serialize(known));
  for (const char* name : {"lastClean", "firstDirty"}) said[name] = known.at(name);
  if (news) emit_config(folding, "config.drift_found", said);
}

void looked(Folding& folding, const json::object& said) {
  std::set<std::string> differ;
  for (const json::value& one : said_list(said, "found")) {
    if (!one.is_object() || said_text(one.get_object(), "address").empty()) continue;
    if (differ.insert(said_text(one.get_object(), "address")).second) found(folding, one.get_object());
  }
  std::vector<std::string> gone;
  folding.views.scan(drift_prefix, {}, [&](std::string_view key, std::string_view) {
    if (!differ.contains(std::string(key.substr(drift_prefix.size())))) gone.emplace_back(key);
    return true;
  });
  for (const std::string& row : gone) {
    folding.views.erase(row);
    emit_config(folding, "config.drift_gone", {{"address", row.substr(drift_prefix.size())}});
  }
  folding.views.put(std::string(drift_looked_row), to_text(folding.record.received));
}

}  // namespace

bool is_config_record(std::string_view body) {
  const auto said = object_in(body);
  return said && (register_change(body) || type_of(*said) != nullptr ||
                  said_text(*said, "record") == "drift.looked" || is_reconcile_record(*said));
}

std::optional<Instant> last_clean(ViewSource& views, std::string_view address) {
  const auto looked_at = instant_in(views, std::string(drift_looked_row)),
             applied_at = instant_in(views, std::string(applied_at_prefix).append(address));
  return looked_at && applied_at ? std::max(looked_at, applied_at) : looked_at ? looked_at : applied_at;
}

Normalised fold_config(const RawRecord& record, ViewTable& views, EventSequence first_event) {
  const Observation nobody;
  Folding folding{record, nobody, views, first_event, std::nullopt, record.received};
  folding.out.summary.outcome = RecordOutcome::nothing;
  const auto said = object_in(*record.body);
  if (!said) return std::move(folding.out);
  const std::string address = said_text(*said, "address");
  folding.out.summary.subject = address;
  if (const auto change = register_change(*record.body)) {
    const std::string row = std::string(register_prefix) + address;
    if (change->removed)
      views.erase(row);
    else
      views.put(row, *record.body);
  }
  if (const char* type = type_of(*said)) {
    emit_config(folding, type, *said);
    const std::string row = std::string(applied_at_prefix) + address;
    if (said_text(*said, "record") == "resource.removed") folding.views.erase(row);
    if (said_text(*said, "record") == "resource.applied") {
      folding.views.put(row, to_text(record.received));
      if (const auto commit = said_text(*said, "commit"); !commit.empty())
        folding.views.put(std::string(applied_commit_prefix) + commit, to_text(record.received));
    }
  }
  if (said_text(*said, "record") == "drift.looked") looked(folding, *said);
  fold_reconcile(folding, *said);
  fold_erasure(folding, *said);
  if (record.noted_version == 0 || record.noted_version >= 2) note_call(views, record, *said);
  for (const EventRecord& event : folding.out.events) collect_emails(event.value, folding.out.summary.people);
  sort_unique(folding.out.summary.people);
  return std::move(folding.out);
}

}  // namespace calsync
