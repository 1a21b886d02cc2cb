// What came of each step, for people and machines: log, metrics, status.
#include "daemon/publish/publish_run.hpp"
#include "state/base/log.hpp"

namespace calsync {
namespace {

constexpr std::chrono::seconds silence{3};  // without an answer for so long: "waiting for the broker"

bool is_for_a_person(Errc code) {
  return code == Errc::rejected || code == Errc::unauthorised || code == Errc::conflict;
}

// Steps that succeed without Kafka having taken anything.
bool is_local(Step step) {
  return step == Step::open || step == Step::claim || step == Step::begin || step == Step::produce ||
         step == Step::abort;
}

}  // namespace

// What came of a step, for people and machines. Logged once, here.
void PublishRun::tell(Step step, Did did, std::size_t batch) {
  count(step, did);
  show_lag();
  parts_.probe.batch_limit.set(static_cast<double>(steps_.limit()));
  const auto now = parts_.clock.steady();
  if (did == Did::ok || step == Step::wait) {
    // A claim goes through also where no event does.
    const bool up_to_date = step == Step::wait ? did != Did::ok : step == Step::commit && !steps_.claiming();
    if (up_to_date || (!steps_.has_claimed() && !is_local(step))) last_good_ = now;
    if (up_to_date) {
      set_state(PublisherState::publishing);
      parts_.board.change([](PublisherStatus& s) {
        s.last_error.clear();
        s.needs_a_person = false;
      });
    }
    return;
  }
  if (step != Step::begin && (did == Did::abortable || did == Did::unavailable)) topics_in_doubt_ = true;
  const bool was_silent = parts_.board.read().state == PublisherState::waiting_for_broker;
  if (did != Did::refused && did != Did::superseded && now - last_good_ > silence)
    set_state(PublisherState::waiting_for_broker);
  parts_.board.change([&](PublisherStatus& s) {
    s.last_error = why_.text();
    s.needs_a_person = did == Did::unavailable && is_for_a_person(why_.code);
  });
  if (did == Did::retriable || (did == Did::unavailable && was_silent)) return;  // said once, then counted
  log::warning(
      "publish: " + std::string(to_text(step)) + ": " + why_.text(),
      {log::field("class", to_text(did)), log::field("after", position_.value()),
       log::field("batch", static_cast<std::uint64_t>(batch)), log::field("next", to_text(steps_.step()))});
}

void PublishRun::count(Step /*step*/, Did did) {
  if (did == Did::retriable && steps_.step() != Step::wait) parts_.probe.retries.add();
  if (did == Did::unavailable) parts_.probe.unavailable.add();
  if (const auto it = parts_.probe.failures.find(did); it != parts_.probe.failures.end()) it->second.add();
}

void PublishRun::set_state(PublisherState state) {
  const PublisherState before = parts_.board.read().state;
  if (before == state) return;
  parts_.board.change([&](PublisherStatus& s) { s.state = state; });
  for (const auto& [each, gauge] : parts_.probe.states) gauge.set(each == state ? 1 : 0);
  if (state == PublisherState::waiting_for_broker) {
    log::warning("no answer from Kafka: the log goes on, publishing catches up later",
                 {log::field("why", why_.text())});
  }
  if (before == PublisherState::waiting_for_broker) log::info("Kafka answers again");
}

void PublishRun::show_lag() {
  if (!parts_.board.read().cursor_known) return;  // what Kafka has is not known yet
  const auto head = parts_.log.head().event.value();
  parts_.probe.lag.set(static_cast<double>(head - std::min(head, position_.value())));
}

}  // namespace calsync
