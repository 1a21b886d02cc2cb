#include "config/plan/compare.hpp"

#include "config/plan/open_hours.hpp"
#include "state/events/email.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

bool is_off(const json::value& value) {
  if (value.is_null()) return true;
  const json::object* object = value.if_object();
  if (object == nullptr) return false;
  if (object->empty()) return true;
  const json::value* disabled = object->if_contains("disabled");
  return disabled != nullptr && disabled->is_bool() && disabled->get_bool();
}

// What the server shows where nobody said anything.
json::value filled_in(const Field& field) {
  return field.fallback.empty() ? json::value(nullptr) : json::parse(field.fallback);
}

bool is_plain_default(const Field& field, const json::value& value) {
  return value.is_null() ||
         (field.type == FieldType::text && value.is_string() && value.get_string().empty());
}

// null where it says no more than the server does by itself.
json::value effective(const Field& field, const json::value& value) {
  if (field.may_disable && is_off(value)) return nullptr;
  if (is_plain_default(field, value)) {
    json::value filled = filled_in(field);
    return is_plain_default(field, filled) ? json::value(nullptr) : filled;
  }
  return value;
}

std::string text_key(const Field& field, const json::value& value) {
  const std::string text(value.get_string());
  if (field.form == TextForm::e_mail || field.form == TextForm::time_zone || field.form == TextForm::colour)
    return lower_ascii(text);
  return field.form == TextForm::slug ? slugified(text) : text;
}

const json::value& member(const json::value& object, std::string_view name) {
  static const json::value none;
  const json::object* members = object.if_object();
  const json::value* value = members != nullptr ? members->if_contains(name) : nullptr;
  return value != nullptr ? *value : none;
}

bool same_objects(const Field& field, const json::value& a, const json::value& b) {
  if (!a.is_object() || !b.is_object()) return a == b;
  return std::ranges::all_of(field.members, [&](const Field& one) {
    return one.mutability == Mutability::write_only || same(one, member(a, one.name), member(b, one.name));
  });
}

// Each of `a` has its own partner in `b`, wherever it stands.
bool same_set(const Field& element, const json::array& a, json::array b) {
  for (const auto& one : a) {
    const auto partner =
        std::ranges::find_if(b, [&](const json::value& other) { return same(element, one, other); });
    if (partner == b.end()) return false;
    b.erase(partner);
  }
  return b.empty();
}

bool is_named_by_type(const json::value& question) {
  return !member(question, "type").is_null();
}

json::array without_repeats(const Field& element, const json::array& list) {
  json::array out;
  for (const auto& one : list)
    if (std::ranges::none_of(out, [&](const json::value& other) { return same(element, one, other); }))
      out.push_back(one);
  return out;
}

bool same_lists(const Field& field, const json::value& a, const json::value& b) {
  const json::array* one = a.if_array();
  const json::array* two = b.if_array();
  if (one == nullptr || two == nullptr) return a == b;
  const Field& element = field.members.front();
  switch (field.order) {
    case ListOrder::at_least:
      return std::ranges::all_of(*one, [&](const json::value& x) {
        return std::ranges::any_of(*two, [&](const json::value& y) { return same(element, x, y); });
      });
    case ListOrder::hours:
      return open_hours(*one) == open_hours(*two);
    case ListOrder::set:
      return same_set(element, without_repeats(element, *one), without_repeats(element, *two));
    case ListOrder::defaults:
      return same_set(element, changed_only(field, *one), changed_only(field, *two));
    case ListOrder::keyed:
      return same_set(element, *one, *two);
    case ListOrder::matters:
      break;
  }
  return std::ranges::equal(*one, *two, [&](const auto& x, const auto& y) { return same(element, x, y); });
}

const json::value* with_key(const Field& list, const json::array& rows, const json::value& key) {
  const Field* field = find_field(list.members.front().members, list.key);
  const auto at = std::ranges::find_if(
      rows, [&](const json::value& row) { return same(*field, member(row, list.key), key); });
  return at == rows.end() ? nullptr : &*at;
}

}  // namespace

json::array changed_only(const Field& field, const json::array& list) {
  const json::value made = field.as_made.empty() ? json::value(json::array()) : json::parse(field.as_made);
  const Field& element = field.members.front();
  json::array out;
  for (const auto& item : list) {
    const auto original = std::ranges::find_if(made.get_array(), [&](const json::value& one) {
      return member(one, "type") == member(item, "type") &&
             (is_named_by_type(one) || member(one, "slug") == member(item, "slug"));
    });
    if (original == made.get_array().end() || !item.is_object()) {
      out.push_back(item);
      continue;
    }
    const std::string_view name = is_named_by_type(item) ? "type" : "slug";
    json::object rest{{name, member(item, name)}};
    for (const Field& one : element.members)
      if (one.name != name && !same(one, member(item, one.name), member(*original, one.name)) &&
          item.get_object().contains(one.name))
        rest[one.name] = member(item, one.name);
    if (rest.size() > 1) out.push_back(std::move(rest));
  }
  return out;
}

bool same(const Field& field, const json::value& wanted, const json::value& live) {
  const json::value a = effective(field, wanted), b = effective(field, live);
  if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
  switch (field.type) {
    case FieldType::text:
      return a.is_string() && b.is_string() ? text_key(field, a) == text_key(field, b) : a == b;
    case FieldType::list:
      return same_lists(field, a, b);
    case FieldType::object:
      return same_objects(field, a, b);
    default:
      return a == b;
  }
}

json::value merged(const Field& field, const json::value& wanted, const json::value& live) {
  if (field.may_disable && (is_off(wanted) || is_off(live))) return wanted;
  if (field.type == FieldType::object && wanted.is_object() && live.is_object()) {
    json::object out;
    for (const Field& one : field.members) {
      const json::value &mine = member(wanted, one.name), &theirs = member(live, one.name);
      if (wanted.get_object().contains(one.name))
        out[one.name] = merged(one, mine, theirs);
      else if (!theirs.is_null())
        out[one.name] = theirs;
    }
    return out;
  }
  if (field.order != ListOrder::keyed || !wanted.is_array() || !live.is_array()) return wanted;
  json::array out;
  for (const auto& row : wanted.get_array()) {
    const json::value* theirs = with_key(field, live.get_array(), member(row, field.key));
    out.push_back(theirs == nullptr ? row : merged(field.members.front(), row, *theirs));
  }
  return out;
}

std::vector<Difference> differences(const Field& field, const json::value& wanted, const json::value& live) {
  const json::value whole = merged(field, wanted, live);
  if (same(field, whole, live)) return {};
  const std::string pointer = "/" + std::string(field.name);
  const bool objects = field.type == FieldType::object && whole.is_object() && live.is_object() &&
                       !(field.may_disable && (is_off(whole) || is_off(live)));
  if (!objects) return {{pointer, live, whole}};
  std::vector<Difference> out;
  for (const Field& one : field.members) {
    for (Difference& deeper : differences(one, member(whole, one.name), member(live, one.name))) {
      deeper.pointer = pointer + deeper.pointer;
      out.push_back(std::move(deeper));
    }
  }
  return out;
}

}  // namespace calsync
