#include "config/settings/concern.hpp"

#include "config/settings/setting.hpp"

namespace calsync {
namespace {

constexpr std::string_view unknown_key = ": unknown key: ";
constexpr std::string_view meant = "did you mean ";

bool is_section(std::string_view path) {
  const std::string_view name = path.substr(0, path.find_first_of(".["));
  return std::ranges::any_of(settings_sections(), [name](const Section& one) { return one.name == name; });
}

// "log.path: is empty" → "log.path"; of an unknown key what was probably meant, else the key itself.
std::string_view path_of(std::string_view what) {
  const std::string_view path = what.substr(0, what.find(": "));
  if (!what.substr(path.size()).starts_with(unknown_key)) return path;
  std::string_view hint = what.substr(path.size() + unknown_key.size());
  if (!hint.starts_with(meant)) return path;
  hint.remove_prefix(meant.size());
  return hint.substr(0, hint.find('?'));
}

bool inside(std::string_view path, std::string_view group) {
  return path.starts_with(group) &&
         (path.size() == group.size() || path[group.size()] == '.' || path[group.size()] == '[');
}

}  // namespace

bool concerns(const SettingsError& error, std::span<const std::string_view> needed) {
  const bool unknown = error.what.find(unknown_key) != std::string::npos;
  const std::string_view path = path_of(error.what);
  if (!is_section(path)) return !unknown;
  return std::ranges::any_of(needed,
                             [path](std::string_view one) { return inside(path, one) || inside(one, path); });
}

}  // namespace calsync
