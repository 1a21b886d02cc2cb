#include "connectors/git/git_process.hpp"

#include "connectors/git/shown_address.hpp"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace calsync {
namespace {

constexpr std::size_t words_max = 4096;
constexpr int look_ms = 100;  // a stop is seen after so long

std::string system_text(int code) {
  return std::generic_category().message(code);
}

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    close();
    number_ = std::exchange(other.number_, -1);
    return *this;
  }
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool open() const { return number_ >= 0; }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

struct Pipe {
  Descriptor reads, writes;
};

// Writing to who reads no more is an error here, not a signal: that is what sockets have, and pipes have not.
Result<Pipe> make_input() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return Error{Errc::io, "no pipe for git: " + system_text(errno)};
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error{Errc::io, "no pipe for git: " + system_text(errno)};
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<std::string> environment(bool network) {
  std::vector<std::string> out{
      "GIT_TERMINAL_PROMPT=0",
      "GIT_CONFIG_NOSYSTEM=1",
      "GIT_NO_REPLACE_OBJECTS=1",
      "GIT_OPTIONAL_LOCKS=0",
      "LC_ALL=C",
      std::string("GIT_ALLOW_PROTOCOL=") + (network ? "https:http:ssh:file" : "none"),
      "GIT_SSH_COMMAND=ssh -o BatchMode=yes -o ConnectTimeout=10"};
  for (const char* name : {"PATH", "HOME", "SSH_AUTH_SOCK"}) {
    const char* value = ::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody calls setenv
    if (value != nullptr) out.push_back(std::string(name) + "=" + value);
  }
  return out;
}

std::vector<std::string> command(const GitCall& call) {
  std::vector<std::string> words{"git"};
  for (
      const char* setting :
      {"protocol.allow=never", "protocol.https.allow=always", "protocol.http.allow=always",
       "protocol.ssh.allow=always", "protocol.file.allow=always", "core.hooksPath=/dev/null",
       "core.fsmonitor=false", "gc.auto=0", "maintenance.auto=false", "submodule.recurse=false",
       "transfer.fsckObjects=true", "fetch.writeCommitGraph=false", "http.followRedirects=false",
       // One file that the limit holds for; and what is larger than any configuration is not taken into memory.
       "fetch.unpackLimit=1", "core.bigFileThreshold=1m", "core.deltaBaseCacheLimit=16m"}) {
    words.emplace_back("-c");
    words.emplace_back(setting);
  }
  if (!call.network) {
    words.emplace_back("-c");
    words.emplace_back("safe.directory=*");
  }
  if (!call.repository.empty()) {
    words.emplace_back("-C");
    words.push_back(call.repository.string());
  }
  words.insert(words.end(), call.arguments.begin(), call.arguments.end());
  return words;
}

// As exec takes them: with a null at the end.
std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  out.reserve(words.size() + 1);
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

struct Child {
  pid_t pid = 0;
  Descriptor input, output, words;
};

// What it starts inherits the limits.
void limit(const Child& child, const GitCall& call) {
  const rlimit memory{git_memory_max, git_memory_max}, file{call.file_max, call.file_max};
  ::prlimit(child.pid, RLIMIT_DATA, &memory, nullptr);
  if (call.file_max > 0) ::prlimit(child.pid, RLIMIT_FSIZE, &file, nullptr);
}

Result<Child> start(const GitCall& call) {
  CALSYNC_TRY(input, "run git", make_input());
  CALSYNC_TRY(output, "run git", make_pipe());
  CALSYNC_TRY(words, "run git", make_pipe());
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, input.reads.number(), 0);
  posix_spawn_file_actions_adddup2(&files, output.writes.number(), 1);
  posix_spawn_file_actions_adddup2(&files, words.writes.number(), 2);
  // A group of its own: a kill then ends what git has started, too. SIGPIPE as programs expect it.
  posix_spawnattr_t how;
  posix_spawnattr_init(&how);
  sigset_t normal;
  ::sigemptyset(&normal);
  posix_spawnattr_setsigmask(&how, &normal);
  ::sigaddset(&normal, SIGPIPE);
  posix_spawnattr_setsigdefault(&how, &normal);
  posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> texts = command(call), settings = environment(call.network);
  const auto arguments = pointers(texts), variables = pointers(settings);
  Child child;
  const int failed = ::posix_spawnp(&child.pid, "git", &files, &how, arguments.data(), variables.data());
  posix_spawnattr_destroy(&how);
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0)
    return Error{Errc::not_found, "git cannot be run (" + system_text(failed) + "): install git"};
  limit(child, call);
  child.input = std::move(input.writes);
  child.output = std::move(output.reads);
  child.words = std::move(words.reads);
  ::fcntl(child.input.number(), F_SETFL, O_NONBLOCK);
  return child;
}

// One piece; closes the pipe at its end.
void take(Descriptor& from, std::string& into) {
  std::array<char, 16384> piece{};
  const ssize_t got = ::read(from.number(), piece.data(), piece.size());
  if (got > 0)
    into.append(piece.data(), static_cast<std::size_t>(got));
  else if (got == 0 || errno != EINTR)
    from.close();
}

void give(Descriptor& to, std::string_view& rest) {
  const ssize_t written = ::send(to.number(), rest.data(), rest.size(), MSG_NOSIGNAL);
  if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
}

// A look at all three ends, and what moves through them.
void pass_on(Child& child, std::string_view& rest, GitEnded& said) {
  std::array<pollfd, 3> ends{pollfd{child.output.number(), POLLIN, 0},
                             pollfd{child.words.number(), POLLIN, 0},
                             pollfd{child.input.number(), POLLOUT, 0}};
  if (::poll(ends.data(), ends.size(), look_ms) <= 0) return;
  if (ends[0].revents != 0) take(child.output, said.output);
  if (ends[1].revents != 0) take(child.words, said.words);
  if ((ends[2].revents & POLLOUT) != 0) give(child.input, rest);
  if ((ends[2].revents & (POLLERR | POLLHUP)) != 0) rest = {};  // git reads no more
  if (said.words.size() > words_max) said.words.resize(words_max);
}

// What git says until it closes both of its ends.
Result<GitEnded> talk(Child& child, const GitCall& call, const std::stop_token& stop) {
  const auto until = std::chrono::steady_clock::now() + call.limit;
  std::string_view rest = call.input;
  GitEnded said;
  while (child.output.open() || child.words.open()) {
    if (stop.stop_requested()) return Error{Errc::cancelled, "git was stopped"};
    if (std::chrono::steady_clock::now() >= until)
      return Error{Errc::timeout, "git did not end in " + std::to_string(call.limit.count()) + " s"};
    if (rest.empty()) child.input.close();
    pass_on(child, rest, said);
    if (said.output.size() > call.output_max)
      return Error{Errc::rejected, "git has more to say than " + std::to_string(call.output_max) + " bytes"};
  }
  return said;
}

}  // namespace

Result<GitEnded> run_git(const GitCall& call, const std::stop_token& stop) {
  CALSYNC_TRY(child, "git", start(call));
  auto said = talk(child, call, stop);
  if (!said) ::kill(-child.pid, SIGKILL);
  int status = 0;
  while (::waitpid(child.pid, &status, 0) < 0 && errno == EINTR) continue;
  if (!said) return said.error();
  said->words = shown_address(said->words);
  said->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return said;
}

}  // namespace calsync
