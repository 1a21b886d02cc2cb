#include "state/views/config_fold.hpp"

#include "state/events/email.hpp"
#include "state/views/cause.hpp"
#include "state/views/config_event.hpp"
#include "state/views/drift_fold.hpp"
#include "state/views/erasure_fold.hpp"
#include "state/views/reconcile_fold.hpp"
#include "state/views/register.hpp"

#include <boost/json.hpp>

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

// When it became as it was declared, and that this was of that commit.
void date(Folding& folding, const json::object& said) {
  const std::string row = std::string(applied_at_prefix) + said_text(said, "address");
  if (said_text(said, "record") == "resource.removed") return folding.views.erase(row);
  const std::string at = to_text(folding.record.received);
  folding.views.put(row, at);
  if (const auto commit = said_text(said, "commit"); !commit.empty())
    folding.views.put(std::string(applied_commit_prefix) + commit, at);
}

}  // namespace

bool is_config_record(std::string_view body) {
  const auto said = object_in(body);
  return said && (register_change(body) || type_of(*said) != nullptr ||
                  said_text(*said, "record") == "drift.looked" || is_reconcile_record(*said));
}

Normalised fold_config(const RawRecord& record, ViewTable& views, EventSequence first_event) {
  const Observation nobody;
  Folding folding{record, nobody, views, first_event, std::nullopt, record.received};
  folding.out.summary.outcome = RecordOutcome::nothing;
  const auto said = object_in(*record.body);
  if (!said) return std::move(folding.out);
  const std::string address = said_text(*said, "address");
  folding.out.summary.subject = address;
  const char* type = type_of(*said);
  if (type != nullptr) emit_config(folding, type, *said);
  if (const auto change = register_change(*record.body)) {
    const std::string row = std::string(register_prefix) + address;
    if (change->removed)
      views.erase(row);
    else
      views.put(row, *record.body);
    if (type != nullptr && !change->removed) end_drift_of(folding, *said);
    if (type != nullptr || reads_as(record, 3)) date(folding, *said);  // without a type: adopted, or renamed
  }
  if (said_text(*said, "record") == "drift.looked") fold_look(folding, *said);
  fold_reconcile(folding, *said);
  fold_erasure(folding, *said);
  if (reads_as(record, 2)) note_call(views, record, *said);
  for (const EventRecord& event : folding.out.events) collect_emails(event.value, folding.out.summary.people);
  sort_unique(folding.out.summary.people);
  return std::move(folding.out);
}

}  // namespace calsync
