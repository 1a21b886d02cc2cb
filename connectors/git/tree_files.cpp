#include "connectors/git/tree_files.hpp"

#include "state/base/utf8.hpp"

#include <algorithm>
#include <charconv>

namespace calsync {
namespace {

constexpr std::size_t name_max = 1024;

struct Row {  // "100644 blob <object> <size>\t<path>"
  std::string_view mode, object, path;
  std::size_t size = 0;
  bool missing = false;  // the repository lacks its contents: git says BAD, or nothing, instead of a size
};

std::string_view word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view out = text.substr(0, end);
  text.remove_prefix(end);
  return out;
}

std::optional<Row> read_row(std::string_view line) {
  Row row;
  row.mode = word(line);
  const std::string_view type = word(line);
  row.object = word(line);
  const std::string_view size = word(line);
  if (!line.starts_with('\t') || type != "blob") return std::nullopt;
  row.path = line.substr(1);
  const auto read = std::from_chars(size.data(), size.data() + size.size(), row.size);
  row.missing = read.ec != std::errc{} || read.ptr != size.data() + size.size();
  return row;
}

// "./a/b/" and "a/b" are "a/b/"; "." and "" are "".
std::string prefix_of(std::string_view folder) {
  while (folder.starts_with("./")) folder.remove_prefix(2);
  while (folder.ends_with('/')) folder.remove_suffix(1);
  if (folder.empty() || folder == ".") return {};
  return std::string(folder) + "/";
}

bool is_config(std::string_view path) {
  if (path.starts_with('.') || path.find("/.") != std::string_view::npos) return false;
  return path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".json");
}

// Null: it may stand in messages as it is.
const char* wrong_with_name(std::string_view path) {
  if (path.size() > name_max) return "the name is longer than 1024 bytes: ";
  if (plain_line(path, name_max) != path) return "the name is no plain text: ";
  return nullptr;
}

}  // namespace

Result<std::vector<TreeEntry>> config_entries(std::string_view listed, std::string_view folder,
                                              const GitLimits& limits) {
  const std::string prefix = prefix_of(folder);
  std::vector<TreeEntry> entries;
  bool there = prefix.empty();
  std::size_t all = 0;
  while (!listed.empty()) {
    const std::size_t end = std::min(listed.find('\0'), listed.size());
    const auto row = read_row(listed.substr(0, end));
    listed.remove_prefix(std::min(end + 1, listed.size()));
    if (!row || !row->path.starts_with(prefix)) continue;
    there = true;
    const std::string_view path = row->path.substr(prefix.size());
    if (!is_config(path)) continue;
    if (const char* wrong = wrong_with_name(path))
      return Error{Errc::rejected, wrong + plain_line(path, 100) + ": rename the file"};
    // Passed over without a word, what it declares would look like what is declared no more.
    if (!row->mode.starts_with("100"))
      return Error{Errc::rejected, std::string(row->path) +
                                       " is a link, which is not followed: put what it names in its place"};
    if (row->missing)  // never as if it was not there: what a missing file declares would be removed
      return Error{Errc::corrupt,
                   "the repository lacks the contents of " + std::string(row->path) + ": clone it anew"};
    if (entries.size() == limits.files)
      return Error{Errc::rejected, "it holds more than " + std::to_string(limits.files) +
                                       " files: name the configuration's own folder in config_repo.path"};
    if (row->size > limits.file_bytes)
      return Error{Errc::rejected, std::string(row->path) + " is larger than " +
                                       std::to_string(limits.file_bytes >> 10U) +
                                       " KiB: too much for a configuration file"};
    all += row->size;
    if (all > limits.all_bytes)
      return Error{Errc::rejected, "the configuration's files are more than " +
                                       std::to_string(limits.all_bytes >> 20U) + " MiB together"};
    entries.push_back({std::string(path), std::string(row->object)});
  }
  if (!there)
    return Error{Errc::not_found, "there is no folder " + std::string(folder) + ": correct config_repo.path"};
  std::ranges::sort(entries, {}, &TreeEntry::path);
  return entries;
}

Result<std::vector<GitFile>> with_contents(std::span<const TreeEntry> entries, std::string_view contents) {
  const Error damaged{Errc::corrupt, "git's answer does not fit its question"};
  std::vector<GitFile> files;
  for (const TreeEntry& entry : entries) {  // "<object> blob <size>\n<text>\n"
    const std::size_t end = contents.find('\n');
    if (end == std::string_view::npos) return damaged;
    std::string_view head = contents.substr(0, end);
    contents.remove_prefix(end + 1);
    const std::string_view object = word(head), type = word(head), size_text = word(head);
    std::size_t size = 0;
    std::from_chars(size_text.data(), size_text.data() + size_text.size(), size);
    if (object != entry.object || type != "blob" || contents.size() < size + 1) return damaged;
    files.push_back({entry.path, std::string(contents.substr(0, size))});
    contents.remove_prefix(size + 1);
  }
  return files;
}

}  // namespace calsync
