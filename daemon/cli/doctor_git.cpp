#include "connectors/calcom/wire/redact.hpp"
#include "daemon/cli/doctor.hpp"

#include <sys/wait.h>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <system_error>
#include <unistd.h>

namespace calsync::cli {
namespace {

constexpr std::chrono::seconds git_limit{20};
constexpr std::size_t words_max = 4096;

struct Ended {
  int status = 0;
  std::string words;  // of standard error
};

// Until the other end closes it, the time is over or a stop is asked for; false: it did not close.
bool read_to_end(int pipe, std::string& into, const std::stop_token& stop) {
  const auto until = std::chrono::steady_clock::now() + git_limit;
  std::array<char, 1024> piece{};
  while (std::chrono::steady_clock::now() < until && !stop.stop_requested()) {
    pollfd asked{pipe, POLLIN, 0};
    if (::poll(&asked, 1, 100) <= 0) continue;
    const ssize_t got = ::read(pipe, piece.data(), piece.size());
    if (got <= 0) return true;
    into.append(piece.data(),
                std::min(static_cast<std::size_t>(got), words_max - std::min(words_max, into.size())));
  }
  return false;
}

std::vector<std::string> environment() {
  std::vector<std::string> out{"GIT_TERMINAL_PROMPT=0", "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C",
                               "GIT_SSH_COMMAND=ssh -o BatchMode=yes -o ConnectTimeout=10"};
  for (const char* name : {"PATH", "HOME", "SSH_AUTH_SOCK"}) {
    const char* value = ::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody calls setenv
    if (value != nullptr) out.push_back(std::string(name) + "=" + value);
  }
  return out;
}

// As exec takes them: with a null at the end.
std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  out.reserve(words.size() + 1);
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

// git asks nobody, follows no redirect to another protocol and runs nothing of the repository.
Result<Ended> list_remote(const std::string& url, const std::string& ref, const std::stop_token& stop) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
    return Error{Errc::io, "no pipe: " + std::generic_category().message(errno)};
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&files, pipe[1], 2);
  std::vector<std::string> words{"git",
                                 "-c",
                                 "protocol.allow=never",
                                 "-c",
                                 "protocol.https.allow=always",
                                 "-c",
                                 "protocol.http.allow=always",
                                 "-c",
                                 "protocol.ssh.allow=always",
                                 "-c",
                                 "protocol.file.allow=always",
                                 "ls-remote",
                                 "--exit-code",
                                 "--",
                                 url,
                                 ref};
  std::vector<std::string> settings = environment();
  const auto arguments = pointers(words), variables = pointers(settings);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, "git", &files, nullptr, arguments.data(), variables.data());
  posix_spawn_file_actions_destroy(&files);
  ::close(pipe[1]);
  Ended ended;
  const bool closed = failed == 0 && read_to_end(pipe[0], ended.words, stop);
  ::close(pipe[0]);
  if (failed != 0)
    return Error{Errc::not_found, "git cannot be run: " + std::generic_category().message(failed)};
  if (!closed) ::kill(child, SIGKILL);
  ::waitpid(child, &ended.status, 0);
  if (!closed)
    return Error{Errc::timeout, "git did not answer in " + std::to_string(git_limit.count()) + " s"};
  return ended;
}

std::string last_line(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return without_secrets(text.substr(text.rfind('\n') + 1));
}

}  // namespace

void look_at_git(const Patient& patient, Looks& looks) {
  const Settings::ConfigRepo& repo = patient.settings.config_repo;
  if (repo.url.empty()) return looks.push_back({"Git", Health::skipped, "config_repo.url is not set"});
  const std::string url = without_secrets(repo.url);
  const auto ended = list_remote(repo.url, "refs/heads/" + repo.branch, patient.context.stop);
  if (!ended)
    return looks.push_back(
        {"Git", Health::failed, url + ": " + ended.error().what, "install git; look at network and address"});
  const int code = WIFEXITED(ended->status) ? WEXITSTATUS(ended->status) : -1;
  if (code == 0) return looks.push_back({"Git", Health::ok, url + " has the branch " + repo.branch});
  if (code == 2)
    return looks.push_back({"Git", Health::failed, url + " has no branch " + repo.branch,
                            "push it, or correct config_repo.branch"});
  looks.push_back({"Git", Health::failed, url + ": " + last_line(ended->words),
                   "look at config_repo.url, and at the key or token that this user has for it"});
}

}  // namespace calsync::cli
