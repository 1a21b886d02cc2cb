// The branch that the organisation follows, and which of its commits is in force (DESIGN §3, RELIABILITY P14, §3.6): the newest good one.
// A commit is good when it goes on from the one in force, is signed where that is asked for, and all its files read without an error.
// Owner:    Reconciler.
// Runs on:  one thread at a time.
// Blocks:   on git, the disk and, in look(), the network.
// Promises: a bad commit changes nothing: the one in force stays, and why the new one is not taken stands in what look() gives. What
//           was in force is known after a restart, too.
// Fails:    open(): as GitRepository::open_bare. look(): unavailable (the remote), cancelled, io, and as reading the log does; what is wrong
//           with a commit is no failure.
#pragma once
#include "config/desired/desired.hpp"
#include "config/settings/settings.hpp"
#include "connectors/git/repository.hpp"
#include "state/store/event_log.hpp"

namespace calsync {

struct Revision {
  std::string commit;
  Desired desired;
};

class FollowedRepository {
 public:
  // Its bare copy is in the log's directory.
  static Result<FollowedRepository> open(const Settings& settings, const EventLog& log,
                                         const std::stop_token& stop);

  struct Seen {
    std::string commit;   // the branch's newest
    std::string problem;  // why it is not taken: "teams.yaml:3:5: …"; empty: it is in force
    bool is_new = false;  // another one than at the last look, or found to be otherwise than then
  };
  Result<Seen> look(const std::stop_token& stop);

  // Null: there was no good one yet.
  [[nodiscard]] const Revision* in_force() const { return in_force_ ? &*in_force_ : nullptr; }

 private:
  FollowedRepository(Settings::ConfigRepo settings, GitRepository repository, const EventLog& log)
      : settings_(std::move(settings)), repository_(std::move(repository)), log_(log) {}

  // The commit that was in force when the last process ended, read again; none: there is none, or it is not here any more.
  Result<void> recall(const std::stop_token& stop);
  Result<std::string> problem_of(const CommitId& commit, const std::stop_token& stop);
  Result<std::string> break_with_past(const CommitId& commit, const std::stop_token& stop);
  Result<std::string> read(const CommitId& commit, const std::stop_token& stop);

  Settings::ConfigRepo settings_;
  GitRepository repository_;
  const EventLog& log_;
  std::optional<Revision> in_force_;
  std::string last_commit_, last_problem_;
};

}  // namespace calsync
