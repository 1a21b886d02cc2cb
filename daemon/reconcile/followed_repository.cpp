#include "daemon/reconcile/followed_repository.hpp"

#include "daemon/reconcile/config_folder.hpp"
#include "daemon/reconcile/own_views.hpp"
#include "state/base/log.hpp"
#include "state/views/config_fold.hpp"
#include "state/views/reconcile_fold.hpp"

namespace calsync {
namespace {

constexpr std::size_t problems_told = 3;

std::string short_form(const std::string& commit) {
  return commit.substr(0, 12);
}

// The first ones: all of them are for `calsync validate`.
std::string problems_of(const ReadDesired& read) {
  std::string out;
  std::size_t errors = 0;
  for (const Finding& finding : read.findings) {
    if (finding.warning || ++errors > problems_told) continue;
    out += (out.empty() ? "" : "; ") + to_text(finding);
  }
  if (errors > problems_told)
    out += "; and " + std::to_string(errors - problems_told) + " more (`calsync validate`)";
  return out;
}

// What is wrong with the commit is told; what is wrong with this machine fails.
bool is_commits_fault(const Error& error) {
  return error.code == Errc::rejected || error.code == Errc::not_found || error.code == Errc::corrupt;
}

Result<std::string> row_of(const EventLog& log, std::string_view row) {
  std::string out;
  CALSYNC_CHECK("read the revision in force",
                with_own_views(log, [&](ViewSource& views) { out = views.get(row).value_or(""); }));
  return out;
}

}  // namespace

Result<FollowedRepository> FollowedRepository::open(const Settings& settings, const EventLog& log,
                                                    const std::stop_token& stop) {
  CALSYNC_TRY(repository, "config_repo",
              GitRepository::open_bare(std::filesystem::path(settings.log.path) / "config-repo.git", stop));
  FollowedRepository followed(settings.config_repo, std::move(repository), log);
  CALSYNC_CHECK("config_repo", followed.recall(stop));
  return followed;
}

Result<void> FollowedRepository::recall(const std::stop_token& stop) {
  CALSYNC_TRY(known, "config_repo", row_of(log_, good_revision_row));
  const auto commit = CommitId::from(known);
  if (!commit) return {};
  CALSYNC_TRY(here, "config_repo", repository_.find(commit->text(), stop));
  if (!here) return {};
  CALSYNC_TRY(problem, "config_repo", read(*commit, stop));
  if (!problem.empty())
    log::warning("the revision in force cannot be read any more", {log::field("why", problem)});
  return {};
}

Result<FollowedRepository::Seen> FollowedRepository::look(const std::stop_token& stop) {
  CALSYNC_TRY(head, "config_repo", repository_.fetch(settings_.url, settings_.branch, stop));
  if (in_force_ && in_force_->commit == head.text()) {
    const bool news = std::exchange(last_commit_, head.text()) != head.text() || !last_problem_.empty();
    last_problem_.clear();
    return Seen{head.text(), "", news};
  }
  CALSYNC_TRY(problem, "config_repo", problem_of(head, stop));
  const bool news = std::exchange(last_commit_, head.text()) != head.text() || problem != last_problem_;
  last_problem_ = problem;
  return Seen{head.text(), problem, news};
}

Result<std::string> FollowedRepository::problem_of(const CommitId& commit, const std::stop_token& stop) {
  CALSYNC_TRY(broken, "config_repo", break_with_past(commit, stop));
  if (!broken.empty()) return broken;
  if (settings_.require_signature) {
    const auto is_signed = repository_.check_signature(commit, settings_.allowed_signers, stop);
    if (!is_signed && is_commits_fault(is_signed.error())) return is_signed.error().what;
    if (!is_signed) return is_signed.error();
  }
  return read(commit, stop);
}

// A branch that was rewritten may be somebody's mistake, or an attack. What a person applied by hand is taken as their word.
Result<std::string> FollowedRepository::break_with_past(const CommitId& commit, const std::stop_token& stop) {
  CALSYNC_TRY(known, "config_repo", row_of(log_, good_revision_row));
  const auto before = CommitId::from(known);
  if (!before) return std::string();
  CALSYNC_TRY(follows, "config_repo", repository_.follows(commit, *before, stop));
  if (follows) return std::string();
  // By hand, and since the one in force came: an older commit that the branch was set back to is no new word.
  CALSYNC_TRY(applied, "config_repo", row_of(log_, std::string(applied_commit_prefix) + commit.text()));
  CALSYNC_TRY(since, "config_repo", row_of(log_, good_revision_at_row));
  if (!applied.empty() && applied > since) return std::string();
  return "the branch " + settings_.branch + " was rewritten: commit " + short_form(commit.text()) +
         " does not go on from " + short_form(before->text()) +
         ", which stays in force; push a commit that does, or accept the new history by `calsync apply` in a "
         "checkout of it";
}

Result<std::string> FollowedRepository::read(const CommitId& commit, const std::stop_token& stop) {
  auto files = repository_.config_files(commit, settings_.path, stop);
  if (!files && is_commits_fault(files.error())) return files.error().what;
  if (!files) return files.error();
  std::vector<SourceFile> sources;
  for (GitFile& file : *files) sources.push_back({std::move(file.path), std::move(file.text)});
  if (sources.empty())
    return "commit " + short_form(commit.text()) + " holds no *.yaml, *.yml or *.json file below " +
           settings_.path + ": correct config_repo.path";
  ReadDesired read = read_desired(sources, {.knows_zone = knows_zone});
  if (!read.good()) return problems_of(read);
  CALSYNC_CHECK("config_repo", repository_.keep(commit, stop));
  in_force_ = Revision{commit.text(), std::move(read.desired)};
  return std::string();
}

}  // namespace calsync
