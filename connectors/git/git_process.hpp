// git(1) as a child process: the only place that starts it.
// Runs on:  any thread.
// Blocks:   until git has ended, its time is over or a stop is asked for; it is killed then.
// Promises: git asks nobody, reads no settings of the system or of the environment, runs no hook, no filter and no program that
//           a repository names, speaks https, ssh, http and file only (RELIABILITY §3.6), and follows no server to another address.
// Fails:    not_found (git is not installed), timeout, rejected (more output than allowed), cancelled, io.
#pragma once
#include "state/base/error.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace calsync {

// Of git's own memory, and of each program that it starts: a repository may ask for any.
inline constexpr std::uint64_t git_memory_max = std::uint64_t{192} << 20U;

struct GitCall {
  std::vector<std::string> arguments;  // "ls-tree", "-r", …
  std::filesystem::path repository;    // empty: none is needed
  std::string input;                   // its standard input
  std::chrono::seconds limit{60};
  std::size_t output_max = std::size_t{64} << 20U;
  std::uint64_t file_max = 0;  // bytes of a file that it may write; 0: any
  // Else no protocol at all: what a repository lacks it would fetch by a program that its own settings name. Who owns it is then
  // no question either, as nothing of it is run.
  bool network = false;
};

struct GitEnded {
  int code = 0;        // as it exited; -1: killed by a signal
  std::string output;  // all of standard output
  std::string words;   // of standard error, 4 KiB at most, addresses as they may be shown
};

Result<GitEnded> run_git(const GitCall& call, const std::stop_token& stop);

}  // namespace calsync
