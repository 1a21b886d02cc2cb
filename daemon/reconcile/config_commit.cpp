#include "daemon/reconcile/config_commit.hpp"

#include "connectors/git/repository.hpp"

#include <algorithm>

namespace calsync {
namespace {

// A checkout may have been written with the line ends of another system.
std::string with_plain_line_ends(std::string text) {
  std::erase(text, '\r');
  return text;
}

bool is_same(const SourceFile& a, const SourceFile& b) {
  return a.path == b.path && with_plain_line_ends(a.text) == with_plain_line_ends(b.text);
}

// Not `git status`, which would run the repository's filters: what is on disk is compared with what was committed.
Result<std::vector<SourceFile>> files_at(const GitRepository& repository, const CommitId& commit,
                                         const std::string& below, const std::stop_token& stop) {
  auto found = repository.config_files(commit, below, stop);
  if (!found && found.error().code == Errc::not_found) return std::vector<SourceFile>{};
  if (!found) return found.error();
  std::vector<SourceFile> out;
  for (auto& file : *found) out.push_back({std::move(file.path), std::move(file.text)});
  return out;
}

}  // namespace

Result<ConfigSource> config_source(const std::filesystem::path& folder, const std::vector<SourceFile>& files,
                                   const std::stop_token& stop) {
  const GitRepository repository(folder);
  const auto below = repository.folder(stop);
  if (!below && below.error().code == Errc::not_found) return ConfigSource{};
  if (!below) return below.error();
  if (!*below) return ConfigSource{};
  CALSYNC_TRY(commit, "git", repository.find("HEAD", stop));
  if (!commit) return ConfigSource{};
  CALSYNC_TRY(committed, "git", files_at(repository, *commit, **below, stop));
  return ConfigSource{commit->text(), !std::ranges::equal(files, committed, is_same)};
}

Result<DeclaredBefore> read_config_commit(const std::filesystem::path& folder, const std::string& revision,
                                          const std::stop_token& stop) {
  const GitRepository repository(folder);
  CALSYNC_TRY(below, "git", repository.folder(stop));
  if (!below)
    return Error{Errc::not_found, folder.string() + " is in no Git repository: there is no " + revision};
  CALSYNC_TRY(commit, "git", repository.find(revision, stop));
  if (!commit)
    return Error{Errc::not_found, "there is no commit " + revision + " in the repository of " +
                                      folder.string() +
                                      ": name a branch, a tag or a hash (a shallow clone lacks older ones)"};
  CALSYNC_TRY(files, revision, files_at(repository, *commit, *below, stop));
  return DeclaredBefore{commit->text(), std::move(files)};
}

Register declared_by(const Desired& desired, const std::string& commit) {
  Register out;
  for (const auto& [address, resource] : desired.resources)
    if (!resource.absent)
      out[address] = {.id = {}, .applied = resource.fields, .commit = commit, .not_taken = {}};
  return out;
}

}  // namespace calsync
