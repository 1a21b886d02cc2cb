#include "state/views/reconcile_fold.hpp"

#include "state/views/config_event.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <span>

namespace calsync {
namespace json = boost::json;
namespace {

bool has_texts(const json::object& said, std::span<const std::string_view> names) {
  return std::ranges::none_of(names, [&](std::string_view name) { return said_text(said, name).empty(); });
}

constexpr std::size_t number_width = 20;  // so that rows stand in the order of the log

std::vector<std::string> rows_below(ViewTable& views, const std::string& prefix) {
  std::vector<std::string> out;
  views.scan(prefix, {}, [&](std::string_view key, std::string_view) {
    out.emplace_back(key);
    return true;
  });
  return out;
}

void seen(Folding& folding, const json::object& said) {
  const json::value* good = said.if_contains("good");
  const bool is_good = good != nullptr && *good == json::value(true);
  json::object row = said;
  row["at"] = to_text(folding.record.received);
  folding.views.put(std::string(revision_row), json::serialize(row));
  if (is_good) {
    folding.views.put(std::string(good_revision_row), said_text(said, "commit"));
    folding.views.put(std::string(good_revision_at_row), to_text(folding.record.received));
  }
  emit_config(folding, "config.revision_seen",
              {{"address", "revision/" + said_text(said, "branch")},
               {"commit", said_text(said, "commit")},
               {"good", is_good},
               {"why", said_text(said, "why")}});
}

void planned(Folding& folding, const json::object& said) {
  folding.views.put(std::string(planned_row), said_text(said, "plan"));
  emit_config(folding, "config.planned",
              {{"address", "plan/" + said_text(said, "branch")},
               {"commit", said_text(said, "commit")},
               {"planned", said_list(said, "changes")},
               {"refused", said_list(said, "refused")}});
}

void suspended(Folding& folding, const json::object& said) {
  folding.views.put(std::string(suspended_prefix) + said_text(said, "address"),
                    json::serialize(json::object{{"reason", said_text(said, "reason")},
                                                 {"since", to_text(folding.record.received)}}));
  emit_config(folding, "config.suspended",
              {{"address", said_text(said, "address")}, {"reason", said_text(said, "reason")}});
}

void resumed(Folding& folding, const json::object& said) {
  const std::string row = std::string(suspended_prefix) + said_text(said, "address");
  if (!folding.views.get(row)) return;
  folding.views.erase(row);
  emit_config(folding, "config.resumed",
              {{"address", said_text(said, "address")}, {"reason", said_text(said, "reason")}});
}

// For consumers a suspension of the person's address, which it is. What an earlier off-boarding did is another story.
void held(Folding& folding, const json::object& said) {
  if (!folding.views.get(std::string(held_prefix) + said_text(said, "email")))
    for (const std::string& row : rows_below(folding.views, offboarding_rows(said_text(said, "email"))))
      folding.views.erase(row);
  folding.views.put(std::string(held_prefix) + said_text(said, "email"),
                    json::serialize(json::object{{"reason", said_text(said, "reason")},
                                                 {"since", to_text(folding.record.received)}}));
  emit_config(folding, "config.suspended",
              {{"address", "user/" + said_text(said, "email")}, {"reason", said_text(said, "reason")}});
}

void stepped(Folding& folding, const json::object& said) {
  std::string number = std::to_string(folding.record.sequence.value());
  number.insert(0, number_width - std::min(number.size(), number_width), '0');
  json::object row = said;
  row["at"] = to_text(folding.record.received);
  folding.views.put(offboarding_rows(said_text(said, "email")) + number, json::serialize(row));
}

void released(Folding& folding, const json::object& said) {
  const std::string row = std::string(held_prefix) + said_text(said, "email");
  if (!folding.views.get(row)) return;
  folding.views.erase(row);
  emit_config(folding, "config.resumed",
              {{"address", "user/" + said_text(said, "email")}, {"reason", said_text(said, "reason")}});
}

struct RecordKind {
  std::string_view name;
  std::vector<std::string_view> needs;
  void (*fold)(Folding&, const json::object&);
};

const RecordKind* kind_of(const json::object& said) {
  static const RecordKind kinds[] = {{"revision.seen", {"branch", "commit"}, seen},
                                     {"plan.made", {"branch", "commit", "plan"}, planned},
                                     {"reconcile.suspended", {"address"}, suspended},
                                     {"reconcile.resumed", {"address"}, resumed},
                                     {"person.held", {"email"}, held},
                                     {"person.released", {"email"}, released},
                                     {"offboard.step", {"email", "step"}, stepped}};
  const std::string name = said_text(said, "record");
  for (const RecordKind& kind : kinds)
    if (kind.name == name) return has_texts(said, kind.needs) ? &kind : nullptr;
  return nullptr;
}

}  // namespace

std::string offboarding_rows(std::string_view email) {
  return std::string(offboarding_prefix).append(email) + "/";
}

bool is_reconcile_record(const json::object& said) {
  return kind_of(said) != nullptr;
}

void fold_reconcile(Folding& folding, const json::object& said) {
  if (const RecordKind* kind = kind_of(said)) kind->fold(folding, said);
}

}  // namespace calsync
