#include "daemon/reconcile/config_folder.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>

namespace calsync {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t files_max = 2000;
constexpr std::uintmax_t bytes_max = std::uintmax_t{1024} * 1024;
const fs::path zones = "/usr/share/zoneinfo";

bool is_config(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml" || path.extension() == ".json";
}

// Passed over without a word, what such a file declares would look like what is declared no more.
std::optional<Error> why_unreadable(const fs::directory_entry& entry, const std::string& name) {
  std::string extension = entry.path().extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const bool meant = is_config("x" + extension);
  std::error_code none;
  if (entry.is_symlink() && (meant || fs::is_directory(entry.path(), none)))
    return Error{Errc::rejected, name + " is a link, which is not followed: put what it names in its place"};
  if (!meant || entry.is_directory()) return std::nullopt;
  if (!entry.is_regular_file()) return Error{Errc::rejected, name + " is no regular file: take it away"};
  if (!is_config(entry.path()))
    return Error{Errc::rejected, name + " would not be read: write its extension in small letters"};
  return std::nullopt;
}

Result<std::string> read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in && !in.eof()) return Error{Errc::io, path.string() + " cannot be read: see its permissions"};
  return std::move(text).str();
}

}  // namespace

Result<std::vector<SourceFile>> read_config_folder(const fs::path& folder) {
  std::error_code failed;
  if (!fs::is_directory(folder, failed))
    return Error{Errc::not_found,
                 folder.string() + " is no folder: name the one that holds the configuration's files"};
  std::vector<SourceFile> files;
  fs::recursive_directory_iterator at(folder, failed), end;
  for (; !failed && at != end; at.increment(failed)) {
    const fs::directory_entry& entry = *at;
    if (entry.path().filename().native().starts_with('.')) {
      at.disable_recursion_pending();
      continue;
    }
    const std::string name = entry.path().lexically_relative(folder).string();
    if (auto wrong = why_unreadable(entry, name)) return *std::move(wrong);
    if (!entry.is_regular_file() || !is_config(entry.path())) continue;
    if (files.size() == files_max)
      return Error{Errc::rejected,
                   folder.string() + " holds more than 2,000 files: name the configuration's own folder"};
    if (entry.file_size(failed) > bytes_max)
      return Error{Errc::rejected, name + " is larger than 1 MiB: too much for a configuration file"};
    CALSYNC_TRY(text, "read the configuration", read_text(entry.path()));
    files.push_back({name, std::move(text)});
  }
  if (failed) return Error{Errc::io, folder.string() + " cannot be read: " + failed.message()};
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

bool knows_zone(std::string_view name) {
  const bool plain = !name.empty() && name.front() != '/' && name.find("..") == std::string_view::npos &&
                     std::ranges::all_of(name, [](unsigned char c) {
                       return std::isalnum(c) != 0 || c == '/' || c == '_' || c == '-' || c == '+';
                     });
  std::error_code none;
  if (!plain || name.starts_with("posix/") || name.starts_with("right/")) return false;
  if (!fs::is_directory(zones, none)) return true;
  std::ifstream in(zones / name, std::ios::binary);
  char magic[4]{};
  return in.read(magic, sizeof magic) && std::string_view(magic, 4) == "TZif";
}

}  // namespace calsync
