// The table as text: every value in force, the documented example, the help, and what a reload cannot take
// over.
#include "config/settings/setting.hpp"

namespace calsync {
namespace {

const Section& section_of(const Setting& row) {
  for (const Section& section : settings_sections())
    if (row.path.starts_with(section.name + ".")) return section;
  return settings_sections().front();
}

std::size_t depth_of(std::string_view path) {
  return static_cast<std::size_t>(std::ranges::count(path, '.'));
}

// Writes rows as nested YAML; groups open where a row's path leaves the one before.
class Writer {
 public:
  std::string out;

  // `mark` is put at the start of each line: "#" comments a setting out.
  void group_of(const Setting& row, const std::string& mark) {
    for (std::size_t dot = row.path.find('.'); dot != std::string::npos; dot = row.path.find('.', dot + 1)) {
      const std::string group = row.path.substr(0, dot);
      if (last_.starts_with(group + ".")) continue;
      out += mark + std::string(2 * depth_of(group), ' ') + group.substr(group.rfind('.') + 1) + ":\n";
    }
    last_ = row.path;
  }
  void value(const Setting& row, const std::string& mark, const std::string& value) {
    out += mark + std::string(2 * depth_of(row.path), ' ') + row.path.substr(row.path.rfind('.') + 1) + ": " +
           value + "\n";
  }

 private:
  std::string last_;
};

std::string help_of(const Setting& row) {
  return row.help + " (" + row.type + (row.bounds.empty() ? "" : ", " + row.bounds) + ")";
}

bool group_has_example(const Setting& row) {
  const std::string group = row.path.substr(0, row.path.rfind('.') + 1);
  return std::ranges::any_of(settings_table(), [&group](const Setting& other) {
    return other.path.starts_with(group) && !other.example.empty();
  });
}

constexpr std::string_view example_head =
    "# Settings of calsyncd; calsync reads the same file. `calsyncd --print-example` writes it.\n"
    "# Every section and every key may be missing. What is commented out shows the default, or a value to "
    "start from.\n"
    "# Durations: 500ms, 10s, 2m, 24h, 35d. A secret is always a reference, never the secret itself:\n"
    "# env:NAME, dotenv:FILE#NAME, file:PATH, credential:NAME (systemd's LoadCredential=), "
    "vault:MOUNT/PATH#FIELD, "
    "doppler:NAME\n"
    "# SIGHUP reads the file again and takes over secrets and certificates; all else needs a restart.\n";

// Absent means off for these sections: their values are not in force.
bool is_off(const Settings& settings, const Section& section) {
  const bool optional = section.name == "calcom" || section.name == "intake" || section.name == "kafka" ||
                        section.name == "config_repo";
  Settings copy = settings;
  return optional && !*section.present(copy);
}

}  // namespace

std::string print_settings(const Settings& settings) {
  Writer writer;
  std::string off;
  for (const Setting& row : settings_table()) {
    const Section& section = section_of(row);
    if (!is_off(settings, section)) {
      writer.group_of(row, "");
      writer.value(row, "", row.show(settings));
    } else if (off != section.name) {
      off = section.name;
      writer.out += "# " + section.name + ": not in the file, so off\n";
    }
  }
  return writer.out;
}

std::string example_settings() {
  Writer writer;
  writer.out = example_head;
  const Settings defaults;
  std::string current;
  for (const Setting& row : settings_table()) {
    const Section& section = section_of(row);
    const std::string section_mark = section.in_example ? "" : "#";
    if (current != section.name) {
      current = section.name;
      writer.out += "\n# " + section.help + "\n";
    }
    writer.group_of(row, section.in_example && group_has_example(row) ? "" : "#");
    writer.out += section_mark + std::string(2 * depth_of(row.path), ' ') + "# " + help_of(row) + "\n";
    const bool set = section.in_example && !row.example.empty();
    writer.value(row, set ? "" : "#", row.example.empty() ? row.show(defaults) : row.example);
  }
  return writer.out;
}

std::string settings_help() {
  std::string out;
  const Settings defaults;
  for (const Setting& row : settings_table())
    out += row.path + "  " + help_of(row) + "  default: " + row.show(defaults) + "\n";
  return out;
}

std::vector<std::string> changes_that_need_restart(const Settings& running, const Settings& now) {
  std::vector<std::string> paths;
  for (const Section& section : settings_sections()) {
    Settings a = running;
    Settings b = now;
    if (section.present != nullptr && *section.present(a) != *section.present(b))
      paths.push_back(section.name);
  }
  for (const Setting& row : settings_table())
    if (row.reload == Reload::restart && row.show(running) != row.show(now)) paths.push_back(row.path);
  return paths;
}

}  // namespace calsync
