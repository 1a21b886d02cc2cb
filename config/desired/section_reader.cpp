#include "config/desired/section_reader.hpp"

#include "config/desired/item_fields.hpp"
#include "config/desired/text_forms.hpp"

namespace calsync {
namespace {

// The names of what an item may hold beside the fields of its kind.
std::vector<std::string> more_of(const ResourceKind& kind) {
  std::vector<std::string> more;
  for (const Field& field : item_fields(kind)) more.emplace_back(field.name);
  return more;
}

const Field flag{.name = "absent", .type = FieldType::boolean};
const Field old_name{.name = "previously", .least = 1};

class ItemReader {
 public:
  ItemReader(const ResourceKind& kind, std::string_view file, Reading& reading)
      : kind_(kind), file_(file), reading_(reading) {}

  std::optional<Stated> read(const YamlNode& node) {
    Stated stated;
    stated.kind = &kind_;
    stated.places[""] = place_of(file_, node);
    if (node.kind != YamlNode::Kind::map) {
      reading_.error(stated.place(),
                     "each of `" + std::string(kind_.section) + "` must be an object: {name: value, …}");
      return std::nullopt;
    }
    ValueReader values{reading_, file_, stated.places};
    stated.absent = is_absent(node);
    const auto wanted = stated.absent ? named_only() : kind_.fields;
    stated.fields = values.read_members(wanted, node, "", more_of(kind_), "the " + std::string(kind_.name));
    for (const YamlMember& member : node.members) read_more(member, values, stated);
    return stated;
  }

 private:
  static bool is_absent(const YamlNode& node) {
    for (const auto& member : node.members)
      if (member.key == "absent" && member.value.text == "true") return true;
    return false;
  }

  // What is gone needs its name only.
  [[nodiscard]] std::vector<Field> named_only() const {
    std::vector<Field> fields = kind_.fields;
    for (Field& field : fields) field.required = field.required && names_it(kind_, field);
    return fields;
  }

  void read_more(const YamlMember& member, ValueReader& values, Stated& stated) {
    if (member.key == "absent") values.read(flag, member.value, "/absent");
    if (member.key == "previously" && kind_.rename) {
      const auto value = values.read(old_name, member.value, "/previously");
      if (value && value->is_string()) stated.previously = value->get_string();
    }
    if (member.key == "members" && kind_.name == "team")
      stated.members = relations(member, "user", TextForm::e_mail);
    if (kind_.name != "user") return;
    if (member.key == "teams") stated.teams = relations(member, "team", TextForm::slug);
    if (member.key == "schedules") stated.schedules = relations(member, "name", TextForm::any);
  }

  // [name, …] or [{user: name, role: ADMIN}, …]
  std::vector<Relation> relations(const YamlMember& member, std::string_view of, TextForm form) {
    std::vector<Relation> out;
    if (member.value.kind != YamlNode::Kind::sequence) {
      reading_.error(place_of(file_, member), "`" + member.key + "` must be a list");
      return out;
    }
    const Field name{.name = of, .required = true, .form = form, .least = 1};
    for (const YamlNode& item : member.value.items) {
      Places ignored;
      ValueReader values{reading_, file_, ignored};
      Relation one{{}, {}, true, place_of(file_, item)};
      if (item.kind == YamlNode::Kind::map && of != "name") {
        const auto fields = values.read_members(relation_fields(of), item, "", {}, "`" + member.key + "`");
        if (const auto* text = fields.if_contains(of); text != nullptr) one.name = text->get_string();
        if (const auto* text = fields.if_contains("role"); text != nullptr && text->is_string())
          one.role = text->get_string();
        one.accepted = !fields.contains("accepted") || fields.at("accepted") == true;
      } else if (const auto value = values.read(name, item, "")) {
        one.name = value->get_string();
      }
      if (!one.name.empty()) out.push_back(std::move(one));
    }
    return out;
  }

  const ResourceKind& kind_;
  std::string_view file_;
  Reading& reading_;
};

}  // namespace

std::vector<Stated> read_section(const ResourceKind& kind, std::string_view file, const YamlNode& node,
                                 Reading& reading) {
  std::vector<Stated> out;
  if (node.kind == YamlNode::Kind::null) return out;
  if (node.kind != YamlNode::Kind::sequence) {
    reading.error(place_of(file, node), "`" + std::string(kind.section) + "` must be a list");
    return out;
  }
  ItemReader items(kind, file, reading);
  for (const YamlNode& item : node.items)
    if (auto stated = items.read(item)) out.push_back(*std::move(stated));
  return out;
}

}  // namespace calsync
