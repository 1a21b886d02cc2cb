// The projector's decisions, turn by turn: one pass over what is there, what came of it for people and
// machines, how much the next pass takes. Waiting is left to whoever calls: a thread (projector.cpp), or a
// simulator.
// Runs on: one thread.
// Blocks:  on the disk.
#pragma once
#include "daemon/project/project_probe.hpp"
#include "daemon/project/projection_pass.hpp"

namespace calsync {

class ProjectRun {
 public:
  ProjectRun(EventLog& log, Clock& clock, const ProjectProbe& probe, RulesByVersion known = all_rules());

  enum class Next {
    go_on,             // there may be more
    wait_for_records,  // beyond head().normalised
    wait_for_room,     // the disk is full: try again a little later
    end,               // for good; why() says it
  };
  Next turn();
  [[nodiscard]] const Error& why() const { return why_; }

 private:
  Next failed(const Error& error);
  void count(const PassDone& done);
  void adapt(std::chrono::steady_clock::duration took);

  EventLog& log_;
  Clock& clock_;
  const ProjectProbe& probe_;
  const RulesByVersion known_;
  std::size_t batch_;
  bool told_full_ = false;
  Error why_;
};

}  // namespace calsync
