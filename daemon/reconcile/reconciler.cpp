#include "daemon/reconcile/reconciler.hpp"

#include "daemon/reconcile/change_records.hpp"
#include "daemon/reconcile/own_views.hpp"
#include "daemon/reconcile/reconcile_pass.hpp"
#include "daemon/reconcile/revision_records.hpp"
#include "daemon/reconcile/verdict.hpp"
#include "state/base/bell.hpp"
#include "state/base/log.hpp"
#include "state/base/thread.hpp"
#include "state/views/reconcile_fold.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <atomic>
#include <thread>

namespace calsync {
namespace {

using Steady = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;
constexpr milliseconds back_off_max = std::chrono::hours{1};
constexpr milliseconds lock_look = std::chrono::seconds{5};  // while a command applies
constexpr unsigned doublings_max = 12;

double seconds_of(Instant at) {
  return static_cast<double>(at.time_since_epoch().count()) / 1000.0;
}

std::shared_ptr<const std::string> text_of(const Plan& plan) {
  return std::make_shared<const std::string>(boost::json::serialize(plan_json(plan)));
}

class Loop final : public Reconciler {
 public:
  Loop(CalcomApi& api, EventLog& log, Clock& clock, const ReconcileProbe& probe, ReconcilerOptions options)
      : api_(api),
        log_(log),
        clock_(clock),
        probe_(probe),
        options_(std::move(options)),
        settings_(options_.settings),
        quarrels_(std::max<milliseconds>(std::chrono::hours{1}, 3 * settings_.reconcile.interval)) {
    status_.mode = settings_.reconcile.mode;
    status_.branch = settings_.config_repo.branch;
    status_.set("Ready", false, "Starting", "nothing was looked at since the start", clock_.wall());
    thread_ = std::jthread([this] {
      name_thread("reconcile");
      step_back();
      loop();
    });
  }
  ~Loop() override { Loop::stop(); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void fetch_soon() override {
    fetch_ = true;
    bell_.ring();
  }
  void look_soon() override {
    look_ = true;
    bell_.ring();
  }
  [[nodiscard]] ReconcileStatus status() const override {
    const std::lock_guard lock(mutex_);
    return status_;
  }
  void request_stop() override { bell_.request_stop(); }
  void stop() override {
    request_stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void loop() {
    Steady next_fetch = clock_.steady(), next_look = next_fetch;
    while (!bell_.stopping()) {
      bool news = false;
      if (fetch_.exchange(false) || clock_.steady() >= next_fetch) {
        news = follow();
        next_fetch = clock_.steady() + settings_.config_repo.poll;
      }
      if (look_.exchange(false) || news || clock_.steady() >= next_look) {
        if (news) failures_ = 0;
        next_look = clock_.steady() + run();
        tell([&](ReconcileStatus& now) {
          now.next_look =
              clock_.wall() + std::chrono::duration_cast<milliseconds>(next_look - clock_.steady());
        });
      }
      bell_.sleep(std::chrono::ceil<milliseconds>(std::min(next_fetch, next_look) - clock_.steady()));
    }
  }

  // True: another revision is in force.
  bool follow() {
    if (!repository_) {
      auto opened = FollowedRepository::open(settings_, log_, bell_.token());
      if (!opened) return not_followed(opened.error());
      repository_.emplace(*std::move(opened));
    }
    const std::string before = commit_in_force();
    const auto seen = repository_->look(bell_.token());
    if (!seen) return not_followed(seen.error());
    probe_.fetched.add();
    probe_.last_fetch.set(seconds_of(clock_.wall()));
    if (seen->is_new && !tell_revision(*seen)) return false;
    problems_.fetch.clear();
    problems_.revision = seen->problem;
    tell([&](ReconcileStatus& now) {
      now.seen = seen->commit;
      now.in_force = commit_in_force();
    });
    judge_all();
    return commit_in_force() != before;
  }

  bool not_followed(const Error& error) {
    if (bell_.stopping()) return false;
    probe_.not_fetched.add();
    if (problems_.fetch != error.text())
      log::warning("the configuration repository cannot be followed", {log::field("error", error.text())});
    problems_.fetch = error.text();
    judge_all();
    return false;
  }

  [[nodiscard]] std::string commit_in_force() const {
    return repository_ && repository_->in_force() != nullptr ? repository_->in_force()->commit
                                                             : std::string();
  }

  bool tell_revision(const FollowedRepository::Seen& seen) {
    if (!is_news(seen)) return true;
    (seen.problem.empty() ? probe_.taken : probe_.refused).add();
    if (seen.problem.empty())
      log::info("a new revision is in force", {log::field("commit", seen.commit)});
    else
      log::warning("a new revision is not taken",
                   {log::field("commit", seen.commit), log::field("why", seen.problem)});
    const auto noted = note(revision_seen_record(settings_.config_repo.branch, seen.commit, seen.problem));
    if (!noted) log::warning("a revision could not be noted", {log::field("error", noted.error().text())});
    return noted.has_value();
  }

  // A restart is none.
  [[nodiscard]] bool is_news(const FollowedRepository::Seen& seen) const {
    std::string last;
    const auto read =
        with_own_views(log_, [&](ViewSource& views) { last = views.get(revision_row).value_or(""); });
    if (!read || last.empty()) return true;
    const auto known = boost::json::parse(last);
    const auto* commit = known.as_object().if_contains("commit");
    const auto* good = known.as_object().if_contains("good");
    return commit == nullptr || *commit != boost::json::value(seen.commit) || good == nullptr ||
           *good != boost::json::value(seen.problem.empty());
  }

  // How long until the next one.
  milliseconds run() {
    if (!repository_) return settings_.reconcile.interval;
    const auto done = pass();
    if (bell_.stopping()) return settings_.reconcile.interval;
    if (done) {
      failures_ = 0;
      problems_.run.clear();
      probe_.good.add();
      probe_.last_good.set(seconds_of(clock_.wall()));
    } else {
      const bool locked = done.error().code == Errc::conflict;
      if (!locked) ++failures_;
      probe_.failed.add();
      if (problems_.run != done.error().text())
        log::warning("reconciling did not succeed", {log::field("error", done.error().text())});
      problems_.run = done.error().text();
      if (locked) {
        judge_all();
        return lock_look;
      }
    }
    judge_all();
    return back_off();
  }

  [[nodiscard]] milliseconds back_off() const {
    const auto interval = settings_.reconcile.interval;
    if (failures_ <= 1) return interval;
    const auto longer = interval * (1U << std::min(failures_ - 1, doublings_max));
    return std::max(interval, std::min<milliseconds>(longer, back_off_max));
  }

  Result<void> pass() {
    CALSYNC_TRY(look, "look", look_now());
    CALSYNC_CHECK("tell drift", note(looked_record(look.drift)));
    if (settings_.reconcile.mode == ReconcileMode::observe || !look.plan) return {};
    CALSYNC_CHECK("tell the plan", tell_plan(*look.plan));
    if (settings_.reconcile.mode != ReconcileMode::apply || look.plan->refused_whole()) return {};
    if (look.own.suspended.contains(suspended_whole)) return {};
    if (look.ours->plan.changes.empty() && look.ours->plan.adopted.empty()) return {};
    CALSYNC_CHECK("apply", apply(look));
    CALSYNC_TRY(after, "look again", look_now());
    return note(looked_record(after.drift));
  }

  Result<OrganisationLook> look_now() {
    CALSYNC_TRY(look, "look",
                look_at_organisation(api_, log_, settings_, repository_->in_force(), clock_.wall()));
    const bool whole = look.ours && look.ours->plan.changes.empty() && look.plan->refused.empty();
    tell([&](ReconcileStatus& now) {
      now.last_look = clock_.wall();
      now.changes = look.plan ? look.plan->changes.size() : 0;
      now.refused = look.plan ? look.plan->refused.size() : 0;
      now.held = look.plan ? look.plan->held.size() : 0;
      now.drifted = look.drift.changes.size();
      now.suspended = look.own.suspended;
      now.drift = text_of(look.drift);
      now.plan = look.plan ? text_of(*look.plan) : nullptr;
      if (whole) now.applied = look.plan->commit;
    });
    problems_.refused.clear();
    if (look.plan)
      for (const Refusal& one : look.plan->refused)
        if (one.whole && problems_.refused.empty())
          problems_.refused = (one.address.empty() ? "" : one.address + ": ") + one.what;
    probe_.pending.set(static_cast<double>(look.plan ? look.plan->changes.size() : 0));
    probe_.drifted.set(static_cast<double>(look.drift.changes.size()));
    probe_.unsafe.set(static_cast<double>(look.plan ? look.plan->refused.size() : 0));
    return look;
  }

  Result<void> tell_plan(const Plan& plan) {
    const std::string digest = plan_digest(plan);
    std::string last;
    CALSYNC_CHECK(
        "plan", with_own_views(log_, [&](ViewSource& views) { last = views.get(planned_row).value_or(""); }));
    if (last == digest) return {};
    return note(plan_made_record(settings_.config_repo.branch, plan));
  }

  Result<void> apply(OrganisationLook& look) {
    tell([&](ReconcileStatus& now) {
      now.set("Reconciling", true, "Applying", counted(look.ours->plan.changes.size(), "change", "changes"),
              clock_.wall());
    });
    publish_status();
    auto result = apply_now({.api = api_,
                             .log = log_,
                             .settings = settings_,
                             .revision = *repository_->in_force(),
                             .note = [this](const std::string& record) { return note(record); },
                             .progress =
                                 [this](std::size_t done, std::size_t of) {
                                   tell([&](ReconcileStatus& now) {
                                     now.set("Reconciling", true, "Applying",
                                             std::to_string(done) + " of " + counted(of, "change", "changes"),
                                             clock_.wall());
                                   });
                                 },
                             .stop = bell_.token()},
                            look);
    tell([&](ReconcileStatus& now) { now.set("Reconciling", false, "", "", clock_.wall()); });
    if (!result) return result.error();
    probe_.done.add(static_cast<double>(result->done.size()));
    probe_.not_done.add(static_cast<double>(result->failed.size()));
    probe_.left_out.add(static_cast<double>(result->skipped.size()));
    log::info("the revision was applied",
              {log::field("commit", repository_->in_force()->commit), log::field("done", result->done.size()),
               log::field("failed", result->failed.size()), log::field("skipped", result->skipped.size())});
    CALSYNC_CHECK("end a quarrel", count_healed(look, *result));
    if (result->failed.empty()) return {};
    return Error{Errc::rejected, counted(result->failed.size(), "change", "changes") +
                                     " failed, the first: " + result->failed.front().first + ": " +
                                     result->failed.front().second};
  }

  Result<void> count_healed(const OrganisationLook& look, const ApplyResult& result) {
    for (const std::string& address : look.ours->healed) {
      if (std::ranges::find(result.done, address) == result.done.end()) continue;
      probe_.healed.add();
      if (!quarrels_.healed(address, clock_.steady())) continue;
      quarrels_.forget(address);
      log::warning("healed and changed again, again and again: it is suspended",
                   {log::field("address", address)});
      CALSYNC_CHECK("suspend",
                    note(suspended_record(
                        address, "healed " + std::to_string(PingPong::times_max) +
                                     " times and changed at Cal.com again each time: find out who does, "
                                     "then `calsync resume` it")));
    }
    return {};
  }

  void judge_all() {
    const Instant at = clock_.wall();
    tell([&](ReconcileStatus& now) { judge(now, problems_, at); });
    publish_status();
  }

  void publish_status() {
    const ReconcileStatus now = status();
    probe_.ready.set(now.condition("Ready").is_true ? 1 : 0);
    probe_.reconciling.set(now.condition("Reconciling").is_true ? 1 : 0);
    probe_.stalled.set(now.condition("Stalled").is_true ? 1 : 0);
    probe_.has_drifted.set(now.condition("Drifted").is_true ? 1 : 0);
    options_.on_status(now);
  }

  Result<void> note(const std::string& record) {
    CALSYNC_CHECK("note it in the log", log_.append_and_wait({.source = RecordSource::apply,
                                                              .source_id = {},
                                                              .content_type = "application/json",
                                                              .received = clock_.wall(),
                                                              .body = record}));
    return {};
  }

  template <typename Change>
  void tell(Change change) {
    const std::lock_guard lock(mutex_);
    change(status_);
  }

  CalcomApi& api_;
  EventLog& log_;
  Clock& clock_;
  const ReconcileProbe& probe_;
  const ReconcilerOptions options_;
  const Settings& settings_;
  Bell bell_;
  std::atomic<bool> fetch_{false}, look_{false};
  std::optional<FollowedRepository> repository_;  // the loop's thread only, as what follows
  PingPong quarrels_;
  ReconcileProblems problems_;
  unsigned failures_ = 0;  // in a row
  mutable std::mutex mutex_;
  ReconcileStatus status_;  // guarded by mutex_
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<Reconciler> Reconciler::start(CalcomApi& api, EventLog& log, Clock& clock,
                                              const ReconcileProbe& probe, ReconcilerOptions options) {
  return std::make_unique<Loop>(api, log, clock, probe, std::move(options));
}

}  // namespace calsync
