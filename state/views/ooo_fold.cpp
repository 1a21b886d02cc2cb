// Time off: a state trigger. Cal.com sends OOO_CREATED for an edit, too (CONTRACT §11.6); the newest
// updatedAt wins.
#include "state/events/json_text.hpp"
#include "state/views/cause.hpp"
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

// Row `o/<uuid>` (or `o/id:<id>`): format(1), asOf, values, key. No values: it was deleted.
struct Known {
  bool there = false;
  Instant as_of{};
  std::vector<std::string> values;
  std::string key;
  [[nodiscard]] bool deleted() const { return there && values.empty(); }
};

Known read_row(std::string_view name, std::string_view bytes) {
  Known known;
  bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 1));
  if (!take(bytes, known.as_of) || !take(bytes, known.values) || !take(bytes, known.key))
    throw ViewDamaged("o/" + std::string(name));
  known.there = true;
  return known;
}

Known known_of(ViewTable& views, const std::string& name) {
  const auto row = views.get("o/" + name);
  return row ? read_row(name, *row) : Known{};
}

void store(Folding& folding, const std::string& name, Instant as_of, const std::vector<std::string>& values,
           const std::string& key) {
  std::string bytes(1, '\1');
  put(bytes, as_of);
  put(bytes, values);
  put(bytes, key);
  folding.views.put("o/" + name, std::move(bytes));
}

// The API names people by number: who is known under it keeps the name and address that a webhook told.
void keep_known_people(std::vector<std::string>& values, const std::vector<std::string>& known) {
  for (const std::size_t i : {std::size_t{6}, std::size_t{7}}) {
    if (i >= known.size()) continue;
    const auto number = [](const std::string& person) {
      return person.substr(0, person.find(','));
    };  // {"id":6,…
    if (number(values[i]) == number(known[i])) values[i] = known[i];
  }
}

void fold_deleted(Folding& folding, const std::string& name, Instant as_of) {
  const Known known = known_of(folding.views, name);
  if (!known.there || known.deleted()) return folding.no_change("known already");
  if (as_of < known.as_of) return folding.no_change("older than what is known");
  store(folding, name, as_of, {}, known.key);
  Draft draft{Topic::ooo, known.key, "ooo.deleted", name, as_of, {}, "ooo", object_of(known.values)};
  draft.caused_by = cause_of_time_off(folding, known.key);
  emit(folding, std::move(draft));
}

}  // namespace

std::string time_off_json(std::string_view name, std::string_view bytes) {
  auto values = read_row(name, bytes).values;
  if (values.empty()) return {};  // it was deleted
  values.resize(std::size(names), "null");
  return object_of(values);
}

void fold_ooo(Folding& folding, const OooObservation& said) {
  const std::string name = said.uuid ? *said.uuid : "id:" + to_text(*said.id);
  folding.out.summary.subject = name;
  const Instant as_of = said.updated_at ? folding.believed(*said.updated_at) : folding.as_of;
  if (said.deleted) return fold_deleted(folding, name, as_of);
  const Known known = known_of(folding.views, name);
  std::vector<std::string> values = values_of(said);
  if (said.from_api) keep_known_people(values, known.values);
  std::string key = known.there ? known.key : said.user && said.user->id ? to_text(*said.user->id) : name;
  const bool tie = as_of == known.as_of && known.values < values;  // two tellings of one moment: the greater
  if (known.there && !(as_of > known.as_of || tie))
    return folding.no_change(known.values == values ? "known already" : "older than what is known");
  store(folding, name, as_of, values, key);
  if (known.values == values) return folding.no_change("known already");
  const bool is_new = known.values.empty();
  Draft draft{Topic::ooo,       key, is_new ? "ooo.created" : "ooo.updated", name, as_of, {}, "ooo",
              object_of(values)};
  draft.caused_by = cause_of_time_off(folding, key);
  if (!is_new) draft.changes = changes_of(known.values, values);
  emit(folding, std::move(draft));
}

}  // namespace calsync
