// The configuration repository, bare: what its branch says, as files of one commit (RELIABILITY §3.6).
// Runs on:  one thread at a time.
// Blocks:   on git, the disk and, in fetch(), the network.
// Promises: there is no work tree, so no link, filter, hook or submodule of the repository does anything; what is read at a
//           commit is all of one moment.
// Fails:    as git_process.hpp; unavailable (the remote does not answer), rejected (a limit, no such branch, a signature),
//           conflict (the branch was rewritten). Errors name the address without its secrets.
#pragma once
#include "connectors/git/git_process.hpp"

#include <span>
#include <string_view>

namespace calsync {

// 40 or 64 hex digits, lower case.
class CommitId {
 public:
  // nullopt: it is none.
  static std::optional<CommitId> from(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }
  friend bool operator==(const CommitId&, const CommitId&) = default;

 private:
  explicit CommitId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

struct GitFile {
  std::string path;  // from the folder that was asked for
  std::string text;
};

struct GitLimits {
  std::uint64_t fetch_bytes = std::uint64_t{50} << 20U;
  std::chrono::seconds fetch_time{60};
  std::size_t files = 2000;
  std::size_t file_bytes = std::size_t{1} << 20U;
  std::size_t all_bytes = std::size_t{8} << 20U;
};

class GitRepository {
 public:
  // Of somebody's own: bare, or with a work tree of which nothing is read.
  explicit GitRepository(std::filesystem::path directory, GitLimits limits = {});
  // Ours: made where it is missing, for this user only.
  static Result<GitRepository> open_bare(const std::filesystem::path& directory, const std::stop_token& stop,
                                         GitLimits limits = {});

  // The branch's newest commit at `url`, brought here with all that it needs. What an earlier one has brought may go then.
  Result<CommitId> fetch(const std::string& url, const std::string& branch, const std::stop_token& stop);

  // It stays, with all that it needs, until another one is kept.
  Result<void> keep(const CommitId& commit, const std::stop_token& stop);

  // The commit that a revision names ("HEAD", "v1", a commit's beginning); nullopt: none.
  Result<std::optional<CommitId>> find(const std::string& revision, const std::stop_token& stop) const;
  // Where the directory is below the top of its work tree: "" or "org/". nullopt: it is in no repository.
  Result<std::optional<std::string>> folder(const std::stop_token& stop) const;
  // Does `newer` go on from `older`? Also where both are one.
  Result<bool> follows(const CommitId& newer, const CommitId& older, const std::stop_token& stop) const;
  // Good: signed by one of the ssh keys in `allowed_signers`.
  Result<void> check_signature(const CommitId& commit, const std::filesystem::path& allowed_signers,
                               const std::stop_token& stop) const;
  // *.yaml, *.yml and *.json below `folder` ("" or ".": all) by path; what begins with '.' is passed over. Fails: rejected, where one is a link.
  Result<std::vector<GitFile>> config_files(const CommitId& commit, std::string_view folder,
                                            const std::stop_token& stop) const;

 private:
  [[nodiscard]] GitCall call(std::vector<std::string> arguments) const;
  void clear_remains() const;
  [[nodiscard]] bool filled_a_file() const;
  void pack_anew(const std::stop_token& stop) const;

  std::filesystem::path directory_;
  GitLimits limits_;
};

}  // namespace calsync
