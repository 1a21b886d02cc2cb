#include "daemon/guard/intake_guard.hpp"

#include "state/base/bell.hpp"
#include "state/base/log.hpp"
#include "state/base/thread.hpp"

#include <thread>

namespace calsync {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds after_failure = std::chrono::minutes{1};

class Guard final : public IntakeGuard {
 public:
  Guard(CalcomApi& api, const GuardProbe& probe, GuardOptions options)
      : api_(api),
        probe_(probe),
        options_(std::move(options)),
        list_("/v2/organizations/" + std::to_string(options_.settings.calcom.organization_id) + "/webhooks"),
        mender_(api, list_, options_.note) {
    thread_ = std::jthread([this] {
      name_thread("guard");
      step_back();
      loop();
    });
  }
  ~Guard() override { Guard::stop(); }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  void look_soon() override { bell_.ring(); }
  void request_stop() override { bell_.request_stop(); }
  void stop() override {
    request_stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void loop() {
    while (!bell_.stopping()) {
      const milliseconds interval = options_.settings.reconcile.interval;
      bell_.sleep(look() ? interval : std::min(interval, after_failure));
    }
  }

  bool look() {
    std::string problem;
    const auto looked = look_at_all(problem);
    if (bell_.stopping()) return true;
    if (!looked) {
      probe_.failed.add();
      problem = "our subscription at Cal.com cannot be looked after: " + looked.error().text();
    }
    options_.on_problem(problem);
    return looked.has_value();
  }

  // One that cannot be mended does not keep the others from it; the first failure is what people are told.
  Result<void> look_at_all(std::string& problem) {
    CALSYNC_TRY(rows, "list", list_all(api_, list_, ApiUse::drift));
    Result<void> outcome;
    const auto sources = options_.sources();
    for (const GuardedSource& source : sources) {
      const std::string url = hook_url(options_.settings.intake.public_url, source.id);
      const auto repair = repair_of(rows, url, source.secrets);
      if (bell_.stopping()) continue;
      const auto mended = repair ? mender_.mend(*repair, url, source, rows) : mender_.needs_none(url);
      if (mended && repair) tell(*repair, url);
      if (!mended && outcome) outcome = Error{mended.error().code, url + ": " + mended.error().text()};
    }
    for (const GuardedSource& source : sources) {
      const std::string url = hook_url(options_.settings.intake.public_url, source.id);
      for (const auto& finding : check_subscription(rows, url, source.secrets).findings)
        if (problem.empty()) problem = "the subscription to " + url + " " + finding;
    }
    return outcome;
  }

  void tell(const Repair& repair, const std::string& url) {
    probe_.mended.add();
    log::warning("our subscription at Cal.com was mended",
                 {log::field("url", url), log::field("what", repair.what)});
  }

  CalcomApi& api_;
  const GuardProbe& probe_;
  const GuardOptions options_;
  const std::string list_;
  Mender mender_;
  Bell bell_;
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<IntakeGuard> IntakeGuard::start(CalcomApi& api, const GuardProbe& probe,
                                                GuardOptions options) {
  return std::make_unique<Guard>(api, probe, std::move(options));
}

}  // namespace calsync
