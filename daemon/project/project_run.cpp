#include "daemon/project/project_run.hpp"

#include "state/base/log.hpp"

#include <algorithm>

namespace calsync {
namespace {

constexpr std::size_t batch_max = 256;
constexpr std::size_t batch_min = 16;
// A delivery that waits behind our commit still answers soon.
constexpr auto pass_target = std::chrono::milliseconds{20};

}  // namespace

ProjectRun::ProjectRun(EventLog& log, Clock& clock, const ProjectProbe& probe, RulesByVersion known)
    : log_(log), clock_(clock), probe_(probe), known_(known), batch_(batch_max) {}

ProjectRun::Next ProjectRun::turn() {
  const auto before = clock_.steady();
  const auto done = project_next(log_, batch_, known_);
  if (!done) return failed(done.error());
  if (done->summaries.empty()) {
    probe_.lag.set(0);
    return Next::wait_for_records;
  }
  told_full_ = false;
  count(*done);
  adapt(clock_.steady() - before);
  return Next::go_on;
}

ProjectRun::Next ProjectRun::failed(const Error& error) {
  why_ = error;
  if (error.code != Errc::disk_full) return Next::end;
  probe_.errors.add();
  if (!told_full_) log::warning("the normaliser waits for room on the log's disk");
  told_full_ = true;
  return Next::wait_for_room;
}

void ProjectRun::count(const PassDone& done) {
  for (const auto& [sequence, summary] : done.summaries) {
    probe_.count(summary);
    if (summary.read_again) probe_.read_again.add();
    const bool held = summary.outcome == RecordOutcome::quarantined;
    log::write(held ? log::Level::warning : log::Level::debug,
               held ? "record quarantined" : "record normalised",
               {log::field("sequence", sequence.value()), log::field("outcome", to_text(summary.outcome)),
                log::field("trigger", summary.trigger), log::field("reason", summary.reason)});
  }
  probe_.lag.set(static_cast<double>(log_.head().raw.value() - done.upto.value()));
}

void ProjectRun::adapt(std::chrono::steady_clock::duration took) {
  probe_.pass_seconds.observe(std::chrono::duration<double>(took).count());
  batch_ = took > pass_target ? std::max(batch_min, batch_ / 2) : std::min(batch_max, batch_ + batch_min);
  probe_.batch.set(static_cast<double>(batch_));
}

}  // namespace calsync
