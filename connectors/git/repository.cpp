#include "connectors/git/repository.hpp"

#include "connectors/git/shown_address.hpp"
#include "connectors/git/tree_files.hpp"
#include "state/base/utf8.hpp"

#include <algorithm>

namespace calsync {
namespace {

namespace fs = std::filesystem;

const std::string incoming = "refs/calsync/incoming", kept = "refs/calsync/kept";
constexpr std::size_t packs_max = 32;         // a push is a pack
constexpr std::uint64_t packs_bytes_max = 4;  // times what one fetch may bring
constexpr std::size_t listing_max = std::size_t{16} << 20U;

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

// Its first complaint: the cause. What follows is what git could not do because of it, and good advice.
std::string cause(std::string_view words) {
  while (!words.empty()) {
    const std::string_view line = first_line(words);
    words.remove_prefix(std::min(line.size() + 1, words.size()));
    const bool remark = line.empty() || line.starts_with("warning:") || line.starts_with("Warning:") ||
                        line.starts_with("hint:");
    if (!remark) return plain_line(line, 300);  // the other side's words may be among them
  }
  return {};
}

Error git_failed(const std::string& what, const GitEnded& ended) {
  const bool memory = ended.words.find("ut of memory") != std::string::npos ||
                      ended.words.find("Cannot allocate memory") != std::string::npos;
  std::string why = memory ? "it needs more memory than " + std::to_string(git_memory_max >> 20U) + " MiB"
                           : cause(ended.words);
  if (why.empty()) why = "git exited with " + std::to_string(ended.code);
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

// What a fetch that was cut off has left: up to its limit each time, until the disk is full.
void GitRepository::clear_remains() const {
  std::error_code failed;
  for (const auto& file : fs::directory_iterator(directory_ / "objects/pack", failed))
    if (file.path().filename().string().starts_with("tmp_")) fs::remove(file.path(), failed);
}

// The limit of a file ended git, which does not say so.
bool GitRepository::filled_a_file() const {
  std::error_code failed;
  for (const auto& file : fs::directory_iterator(directory_ / "objects/pack", failed))
    if (file.path().filename().string().starts_with("tmp_") && file.file_size(failed) >= limits_.fetch_bytes)
      return true;
  return false;
}

// What is neither the branch's newest nor kept goes; where that fails, it is tried again after the next fetch.
void GitRepository::pack_anew(const std::stop_token& stop) const {
  std::size_t packs = 0;
  std::uint64_t bytes = 0;
  std::error_code failed;
  for (const auto& file : fs::directory_iterator(directory_ / "objects/pack", failed)) {
    if (file.path().extension() != ".pack") continue;
    ++packs;
    bytes += file.file_size(failed);
  }
  if (packs <= packs_max && (packs < 2 || bytes <= packs_bytes_max * limits_.fetch_bytes)) return;
  GitCall repack = call({"-c", "pack.threads=1", "-c", "pack.windowMemory=32m", "repack", "-a", "-d", "-q"});
  repack.limit = limits_.fetch_time;
  const auto ended = run_git(repack, stop);
  if (!ended || ended->code != 0) clear_remains();
}

Result<void> GitRepository::keep(const CommitId& commit, const std::stop_token& stop) {
  CALSYNC_TRY(ended, "keep a commit", run_git(call({"update-ref", kept, commit.text()}), stop));
  if (ended.code != 0) return git_failed(directory_.string(), ended);
  return {};
}

Result<CommitId> GitRepository::fetch(const std::string& url, const std::string& branch,
                                      const std::stop_token& stop) {
  clear_remains();
  // Of a shallow clone git takes nothing, without a word: what is there afterwards must be of this fetch.
  CALSYNC_TRY(begun, "fetch", run_git(call({"update-ref", "-d", incoming}), stop));
  if (begun.code != 0) return git_failed(directory_.string(), begun);
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
  if (ended.code != 0 && filled_a_file())
    return Error{Errc::rejected, place + " is larger than " + std::to_string(limits_.fetch_bytes >> 20U) +
                                     " MiB: keep the configuration in a repository of its own"};
  if (ended.words.find("unable to update url base from redirection") != std::string::npos ||
      ended.words.find("requested URL returned error: 30") != std::string::npos)
    return Error{Errc::rejected, place + " sends elsewhere, which is not followed: correct config_repo.url"};
  if (ended.code != 0) {
    Error error = git_failed("git cannot fetch from " + place, ended);
    error.code = Errc::unavailable;
    return error;
  }
  CALSYNC_TRY(head, "fetch " + place, find(incoming, stop));
  if (!head)
    return Error{Errc::rejected,
                 place + ": the branch " + branch + " is no commit, or all is of a shallow clone"};
  pack_anew(stop);
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
  GitCall list = call({"ls-tree", "-r", "-z", "--long", "--full-tree", commit.text()});
  list.output_max = listing_max;
  auto answer = run_git(list, stop);
  if (!answer && answer.error().code == Errc::rejected)
    return Error{Errc::rejected,
                 "commit " + commit.text().substr(0, 12) +
                     " holds too many files: keep the configuration in a repository of its own"};
  CALSYNC_TRY(listed, "list files", std::move(answer));
  if (listed.code != 0) return git_failed("commit " + commit.text().substr(0, 12), listed);
  CALSYNC_TRY(entries, "list files", config_entries(listed.output, folder, limits_));
  GitCall read = call({"cat-file", "--batch"});
  for (const TreeEntry& entry : entries) read.input += entry.object + "\n";
  CALSYNC_TRY(contents, "read files", run_git(read, stop));
  if (contents.code != 0) return git_failed("commit " + commit.text().substr(0, 12), contents);
  return with_contents(entries, contents.output);
}

}  // namespace calsync
