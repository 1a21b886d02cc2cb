// YAML → Settings, by the table: every key is a row, a group of rows, or an error that names the nearest
// known key.
#include "config/settings/setting.hpp"
#include "config/settings/settings_rules.hpp"
#include "config/yaml/near_name.hpp"

namespace calsync {
namespace {

// Names that may stand directly below `group` ("" = top level).
std::vector<std::string> names_below(const std::string& group) {
  std::vector<std::string> names;
  for (const Setting& row : settings_table()) {
    if (!row.path.starts_with(group)) continue;
    std::string name = row.path.substr(group.size());
    name.resize(std::min(name.find('.'), name.size()));
    if (names.empty() || names.back() != name) names.push_back(std::move(name));
  }
  return names;
}

std::string hint_for(const std::string& group, const std::string& key) {
  const std::vector<std::string> names = names_below(group);
  if (const std::string near = near_name(key, names); !near.empty())
    return "did you mean " + group + near + "?";
  for (const Setting& row : settings_table())
    if (row.path.ends_with("." + key)) return "did you mean " + row.path + "?";
  std::string known = "known here:";
  for (const std::string& name : names) known += (known.back() == ':' ? " " : ", ") + name;
  return known;
}

class Reader {
 public:
  explicit Reader(Report& report) : report_(report) {}

  // `group` is "" or ends with a dot.
  void read(const YamlNode& node, const std::string& group) {
    for (const YamlMember& member : node.members) {
      const std::string path = group + member.key;
      if (const Setting* row = find(path)) {
        note_lines(path, member.line, member.value);
        row->read(settings_, member.value, report_);
      } else if (is_group(path)) {
        read_group(member, path);
      } else {
        report_.error(member.line,
                      group + shown_name(member.key) + ": unknown key: " + hint_for(group, member.key));
      }
    }
  }

  ReadSettings finish() {
    check_rules(settings_, lines_, report_);
    report_.sort();
    return {std::move(settings_), std::move(lines_), std::move(report_.errors), std::move(report_.warnings)};
  }

 private:
  static const Setting* find(const std::string& path) {
    for (const Setting& row : settings_table())
      if (row.path == path) return &row;
    return nullptr;
  }

  static bool is_group(const std::string& path) {
    const std::string prefix = path + ".";
    return std::ranges::any_of(settings_table(),
                               [&prefix](const Setting& row) { return row.path.starts_with(prefix); });
  }

  void note_lines(const std::string& path, int line, const YamlNode& node) {
    lines_.emplace(path, line);
    for (const YamlMember& member : node.members)
      note_lines(path + "." + member.key, member.line, member.value);
    for (std::size_t i = 0; i < node.items.size(); ++i)
      note_lines(path + "[" + std::to_string(i) + "]", node.items[i].line, node.items[i]);
  }

  // A section whose keys are all commented out is null: as if it were missing.
  void read_group(const YamlMember& member, const std::string& path) {
    if (member.value.kind == YamlNode::Kind::null) return;
    if (member.value.kind != YamlNode::Kind::map) {
      report_.error(member.line, path + ": is not a map: its keys stand below it, indented");
      return;
    }
    lines_.emplace(path, member.line);
    for (const Section& section : settings_sections())
      if (section.name == path && section.present != nullptr) *section.present(settings_) = true;
    read(member.value, path + ".");
  }

  Report& report_;
  Settings settings_;
  Lines lines_;
};

}  // namespace

ReadSettings read_settings(std::string_view text) {
  Report report;
  const YamlNode root = parse_yaml(text, to_report(report));
  Reader reader(report);
  if (root.kind == YamlNode::Kind::map)
    reader.read(root, "");
  else if (root.kind != YamlNode::Kind::null)
    report.error(root.line, "the file must be a map of sections, such as intake: and kafka:");
  return reader.finish();
}

std::vector<std::string> render_errors(std::string_view file, const std::vector<SettingsError>& errors) {
  std::vector<std::string> lines;
  lines.reserve(errors.size());
  for (const SettingsError& e : errors)
    lines.push_back(std::string(file) + (e.line > 0 ? ":" + std::to_string(e.line) : "") + ": " + e.what);
  return lines;
}

std::string event_source(const Settings& settings) {
  return settings.calcom.present ? "/calsync/" + std::to_string(settings.calcom.organization_id)
                                 : "/calsync/local";
}

}  // namespace calsync
