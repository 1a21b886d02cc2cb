// Time off: a state trigger. Cal.com sends OOO_CREATED for an edit, too (CONTRACT §11.6); the newest
// updatedAt wins.
#include "state/events/json_text.hpp"
#include "state/views/folding.hpp"
#include "state/views/time_off.hpp"
#include "state/views/value_codec.hpp"

namespace calsync {
namespace {

void add_person(JsonObject& out, std::string_view name, const std::optional<OooPerson>& person) {
  if (!person) {
    out.add_text(name, "");
    return;
  }
  JsonObject one(out.key(name));
  one.add("id", person->id).add("email", person->email).add("name", person->name).end();
}

constexpr std::string_view names[] = {"id", "uuid", "start", "end", "reason", "notes", "user", "standIn"};

// The value of each name, in their order.
std::vector<std::string> values_of(const OooObservation& said) {
  std::vector<std::string> out;
  const auto add = [&](const auto& value) { append_json(out.emplace_back(), value); };
  add(said.id);
  add(said.uuid);
  add(said.start);
  add(said.end);
  add(said.reason);
  add(said.notes);
  for (const auto* person : {&said.user, &said.stand_in}) {
    std::string text;
    JsonObject one(text);
    add_person(one, "p", *person);
    one.end();
    out.push_back(text.substr(5, text.size() - 6));  // {"p":…}
  }
  return out;
}

std::string object_of(const std::vector<std::string>& values) {
  std::string out;
  JsonObject object(out);
  for (std::size_t i = 0; i < values.size(); ++i) object.add_text(names[i], values[i]);
  object.end();
  return out;
}

std::string changes_of(const std::vector<std::string>& from, const std::vector<std::string>& to) {
  std::string out = "[";
  for (const std::size_t i : {std::size_t{3}, std::size_t{0}, std::size_t{5}, std::size_t{4}, std::size_t{7},
                              std::size_t{2}, std::size_t{6}, std::size_t{1}}) {
    if (i >= from.size() || from[i] == to[i]) continue;  // the order above is by name
    if (out.size() > 1) out += ',';
    JsonObject one(out);
    one.add("pointer", "/" + std::string(names[i])).add_text("from", from[i]).add_text("to", to[i]).end();
  }
  return out + "]";
}

// Row `o/<uuid>` (or `o/id:<id>`): format(1), asOf, values, key.
struct TimeOffRow {
  Instant as_of{};
  std::vector<std::string> values;
  std::string key;
};

TimeOffRow read_row(std::string_view name, std::string_view bytes) {
  TimeOffRow row;
  bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 1));
  if (!take(bytes, row.as_of) || !take(bytes, row.values) || !take(bytes, row.key))
    throw ViewDamaged("o/" + std::string(name));
  return row;
}

}  // namespace

std::string time_off_json(std::string_view name, std::string_view bytes) {
  auto values = read_row(name, bytes).values;
  values.resize(std::size(names), "null");
  return object_of(values);
}

void fold_ooo(Folding& folding, const OooObservation& said) {
  const std::string name = said.uuid ? *said.uuid : "id:" + to_text(*said.id);
  folding.out.summary.subject = name;
  const Instant as_of = said.updated_at ? folding.believed(*said.updated_at) : folding.as_of;
  std::vector<std::string> values = values_of(said);
  TimeOffRow known{{}, {}, said.user && said.user->id ? to_text(*said.user->id) : name};
  if (const auto bytes = folding.views.get("o/" + name)) known = read_row(name, *bytes);
  const auto& [known_as_of, before, key] = known;
  const bool tie = as_of == known_as_of && before < values;  // two tellings of one moment: the greater
  if (!before.empty() && !(as_of > known_as_of || tie))
    return folding.no_change(before == values ? "known already" : "older than what is known");
  std::string bytes(1, '\1');
  put(bytes, as_of);
  put(bytes, values);
  put(bytes, key);
  folding.views.put("o/" + name, std::move(bytes));
  if (before == values) return folding.no_change("known already");
  Draft draft{Topic::ooo,       key, before.empty() ? "ooo.created" : "ooo.updated", name, as_of, {}, "ooo",
              object_of(values)};
  if (!before.empty()) draft.changes = changes_of(before, values);
  emit(folding, std::move(draft));
}

}  // namespace calsync
