#include "connectors/git/repository.hpp"

#include "connectors/git/shown_address.hpp"
#include "connectors/git/tree_files.hpp"

#include <algorithm>

namespace calsync {
namespace {

namespace fs = std::filesystem;

const std::string incoming = "refs/calsync/incoming";

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

std::string last_line(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return std::string(text.substr(text.rfind('\n') + 1));
}

Error git_failed(const std::string& what, const GitEnded& ended) {
  const std::string why =
      ended.words.empty() ? "git exited with " + std::to_string(ended.code) : last_line(ended.words);
  return Error{Errc::rejected, what + ": " + why};
}

}  // namespace

std::optional<CommitId> CommitId::from(std::string_view text) {
  const bool hex =
      std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (!hex || (text.size() != 40 && text.size() != 64)) return std::nullopt;
  return CommitId(std::string(text));
}

GitRepository::GitRepository(fs::path directory, GitLimits limits)
    : directory_(std::move(directory)), limits_(limits) {}

Result<GitRepository> GitRepository::open_bare(const fs::path& directory, const std::stop_token& stop,
                                               GitLimits limits) {
  GitRepository repository(directory, limits);
  std::error_code failed;
  if (fs::exists(directory / "HEAD", failed)) return repository;
  fs::create_directories(directory, failed);
  if (!failed) fs::permissions(directory, fs::perms::owner_all, failed);
  if (failed) return Error{Errc::io, directory.string() + " cannot be made: " + failed.message()};
  CALSYNC_TRY(ended, "make the repository",
              run_git(repository.call({"init", "--bare", "--quiet", "--template=", "."}), stop));
  if (ended.code != 0) return git_failed(directory.string(), ended);
  return repository;
}

GitCall GitRepository::call(std::vector<std::string> arguments) const {
  GitCall call;
  call.arguments = std::move(arguments);
  call.repository = directory_;
  return call;
}

Result<CommitId> GitRepository::fetch(const std::string& url, const std::string& branch,
                                      const std::stop_token& stop) {
  GitCall fetch =
      call({"fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head",
            "--no-auto-maintenance", "--force", "--", url, "+refs/heads/" + branch + ":" + incoming});
  fetch.network = true;
  fetch.limit = limits_.fetch_time;
  fetch.file_max = limits_.fetch_bytes;
  const std::string place = shown_address(url);
  CALSYNC_TRY(ended, "fetch " + place, run_git(fetch, stop));
  if (ended.words.find("couldn't find remote ref") != std::string::npos)
    return Error{Errc::rejected,
                 place + " has no branch " + branch + ": push it, or correct config_repo.branch"};
  if (ended.words.find("signal 25") != std::string::npos)  // SIGXFSZ
    return Error{Errc::rejected, place + " is larger than " + std::to_string(limits_.fetch_bytes >> 20U) +
                                     " MiB: keep the configuration in a repository of its own"};
  if (ended.code != 0) {
    Error error = git_failed("git cannot fetch from " + place, ended);
    error.code = Errc::unavailable;
    return error;
  }
  CALSYNC_TRY(head, "fetch " + place, find(incoming, stop));
  if (!head) return Error{Errc::rejected, place + ": the branch " + branch + " is no commit"};
  return *std::move(head);
}

Result<std::optional<CommitId>> GitRepository::find(const std::string& revision,
                                                    const std::stop_token& stop) const {
  CALSYNC_TRY(
      ended, "find a revision",
      run_git(call({"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"}), stop));
  if (ended.code == 0) return CommitId::from(first_line(ended.output));
  if (ended.code == 1) return std::optional<CommitId>{};
  return git_failed(directory_.string(), ended);
}

Result<std::optional<std::string>> GitRepository::folder(const std::stop_token& stop) const {
  CALSYNC_TRY(ended, "find the repository", run_git(call({"rev-parse", "--show-prefix"}), stop));
  if (ended.code == 0) return std::optional(std::string(first_line(ended.output)));
  if (ended.words.find("not a git repository") != std::string::npos) return std::optional<std::string>{};
  return git_failed(directory_.string(), ended);
}

Result<bool> GitRepository::follows(const CommitId& newer, const CommitId& older,
                                    const std::stop_token& stop) const {
  CALSYNC_TRY(ended, "compare commits",
              run_git(call({"merge-base", "--is-ancestor", older.text(), newer.text()}), stop));
  if (ended.code == 0) return true;
  // 128: one of them is not here, as after a branch was rewritten and what it held was cleared away.
  if (ended.code == 1 || ended.code == 128) return false;
  return git_failed("git cannot compare commits", ended);
}

Result<void> GitRepository::check_signature(const CommitId& commit, const fs::path& allowed_signers,
                                            const std::stop_token& stop) const {
  CALSYNC_TRY(ended, "check the signature",
              run_git(call({"-c", "gpg.format=ssh", "-c",
                            "gpg.ssh.allowedSignersFile=" + fs::absolute(allowed_signers).string(), "-c",
                            "gpg.minTrustLevel=fully", "verify-commit", commit.text()}),
                      stop));
  if (ended.code == 0) return {};
  return Error{Errc::rejected, "commit " + commit.text().substr(0, 12) +
                                   " is not signed by a key of config_repo.allowed_signers"};
}

Result<std::vector<GitFile>> GitRepository::config_files(const CommitId& commit, std::string_view folder,
                                                         const std::stop_token& stop) const {
  CALSYNC_TRY(listed, "list files",
              run_git(call({"ls-tree", "-r", "-z", "--long", "--full-tree", commit.text()}), stop));
  if (listed.code != 0) return git_failed("commit " + commit.text().substr(0, 12), listed);
  CALSYNC_TRY(entries, "list files", config_entries(listed.output, folder, limits_));
  GitCall read = call({"cat-file", "--batch"});
  for (const TreeEntry& entry : entries) read.input += entry.object + "\n";
  CALSYNC_TRY(contents, "read files", run_git(read, stop));
  if (contents.code != 0) return git_failed("commit " + commit.text().substr(0, 12), contents);
  return with_contents(entries, contents.output);
}

}  // namespace calsync
