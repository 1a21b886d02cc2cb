#include "config/desired/describe.hpp"
#include "config/desired/item_fields.hpp"

namespace calsync {
namespace {

std::string code(std::string_view text) {
  return "`" + std::string(text) + "`";
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string out;
  for (const auto word : words) out += (out.empty() ? "" : ", ") + code(word);
  return out;
}

std::string_view form_words(TextForm form) {
  switch (form) {
    case TextForm::e_mail:
      return "e-mail";
    case TextForm::time_zone:
      return "time zone";
    case TextForm::date:
      return "date, \"2026-12-31\"";
    case TextForm::time_of_day:
      return "time, \"09:30\"";
    case TextForm::web_address:
      return "web address";
    case TextForm::slug:
      return "slug";
    case TextForm::colour:
      return "colour, \"#1a2b3c\"";
    case TextForm::secret:
      return "reference to a secret";
    case TextForm::any:
      break;
  }
  return "text";
}

std::string range_words(const Field& field) {
  const bool open = field.most == std::numeric_limits<std::int64_t>::max();
  if (!open) return ", " + std::to_string(field.least) + " to " + std::to_string(field.most);
  return field.least > 0 ? ", at least " + std::to_string(field.least) : "";
}

std::string type_words(const Field& field) {
  switch (field.type) {
    case FieldType::text:
      return field.one_of.empty() ? std::string(form_words(field.form)) : "one of " + joined(field.one_of);
    case FieldType::integer:
      return "number" + range_words(field);
    case FieldType::boolean:
      return "true or false";
    case FieldType::object:
      return field.may_disable ? "object, or `{disabled: true}`" : "object";
    case FieldType::any:
      return "anything";
    case FieldType::list: {
      const Field& item = field.members.front();
      return "list of " + (item.type == FieldType::object ? std::string("objects") : type_words(item));
    }
  }
  return {};
}

std::string_view mutability_words(Mutability mutability) {
  switch (mutability) {
    case Mutability::create_only:
      return "only given when it is made: a difference later is a manual step";
    case Mutability::asserted:
      return "asserted: the API cannot write it, a difference is a manual step";
    case Mutability::write_only:
      return "Cal.com never tells it: written when the file changes";
    case Mutability::written:
      break;
  }
  return {};
}

std::string_view order_words(const Field& field) {
  switch (field.order) {
    case ListOrder::at_least:
      return "there may be more";
    case ListOrder::set:
    case ListOrder::keyed:
      return "in any order";
    case ListOrder::hours:
      return "compared by the minutes that each day is open";
    case ListOrder::defaults:
      return "beside those that every event type has";
    case ListOrder::matters:
      break;
  }
  return {};
}

// A cell: what would end it is written out.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string notes_of(const Field& field) {
  std::string out;
  const auto add = [&](const std::string& words) {
    if (!words.empty()) out += (out.empty() ? "" : "; ") + words;
  };
  add(std::string(field.about));
  if (field.type == FieldType::list) add(std::string(order_words(field)));
  add(std::string(mutability_words(field.mutability)));
  for (const Mistake& one : field.type == FieldType::list ? field.members.front().mistakes : field.mistakes)
    add("not " + code(one.word) + ": " + std::string(one.cure));
  return out;
}

void rows(std::string& out, const std::vector<Field>& fields, const std::string& prefix) {
  for (const Field& field : fields) {
    const std::string name = prefix + std::string(field.name);
    out += "| " + code(name) + (field.required ? " *" : "") + " | " + cell(type_words(field)) + " | " +
           (field.fallback.empty() || field.fallback == "null" ? "" : code(cell(field.fallback))) + " | " +
           cell(notes_of(field)) + " |\n";
    if (field.type == FieldType::object) rows(out, field.members, name + ".");
    if (field.type == FieldType::list && field.members.front().type == FieldType::object)
      rows(out, field.members.front().members, name + "[].");
  }
}

constexpr std::string_view head = "| field | value | without it | |\n|---|---|---|---|\n";

void chapter(std::string& out, const ResourceKind& kind) {
  out += "\n## " + (kind.section.empty() ? "Memberships" : code(kind.section)) + "\n\n" +
         std::string(kind.about) +
         "\n\nAddress: " + code(std::string(kind.name) + "/" + std::string(kind.address)) + ".";
  if (!kind.needs.empty()) out += " Made after: " + joined(kind.needs) + ".";
  if (const auto name = policy_name(kind); !name.empty())
    out += " `policy.removal." + std::string(name) + "`: " + joined(removal_words(kind)) + ".";
  out += "\n\n" + std::string(head);
  rows(out, kind.fields, "");
  if (!kind.section.empty()) rows(out, item_fields(kind), "");
}

}  // namespace

std::string config_reference() {
  std::string out =
      "# What configuration files may hold\n\n"
      "YAML or JSON; any files below the configuration's folder, merged. `*`: required. Only fields that a "
      "file states are\n"
      "managed. `calsync validate` checks all of this and how things fit together; `config.schema.json` "
      "beside this page is\n"
      "the same for editors.\n";
  for (const ResourceKind* kind : all_kinds()) chapter(out, *kind);
  out += "\n## `policy`\n\nWhat plans may do. One object, in one file.\n\n" + std::string(head);
  rows(out, policy_fields(), "");
  return out;
}

}  // namespace calsync
