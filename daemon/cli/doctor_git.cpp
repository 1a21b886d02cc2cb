#include "connectors/git/git_process.hpp"
#include "connectors/git/shown_address.hpp"
#include "daemon/cli/doctor.hpp"

namespace calsync::cli {
namespace {

constexpr std::chrono::seconds git_limit{20};

std::string last_line(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return std::string(text.substr(text.rfind('\n') + 1));
}

}  // namespace

void look_at_git(const Patient& patient, Looks& looks) {
  const Settings::ConfigRepo& repo = patient.settings.config_repo;
  if (repo.url.empty()) return looks.push_back({"Git", Health::skipped, "config_repo.url is not set"});
  const std::string url = shown_address(repo.url);
  GitCall call;
  call.arguments = {"ls-remote", "--exit-code", "--", repo.url, "refs/heads/" + repo.branch};
  call.limit = git_limit;
  call.network = true;
  const auto ended = run_git(call, patient.context.stop);
  if (!ended)
    return looks.push_back(
        {"Git", Health::failed, url + ": " + ended.error().what, "install git; look at network and address"});
  if (ended->code == 0) return looks.push_back({"Git", Health::ok, url + " has the branch " + repo.branch});
  if (ended->code == 2)
    return looks.push_back({"Git", Health::failed, url + " has no branch " + repo.branch,
                            "push it, or correct config_repo.branch"});
  looks.push_back({"Git", Health::failed, url + ": " + last_line(ended->words),
                   "look at config_repo.url, and at the key or token that this user has for it"});
}

}  // namespace calsync::cli
