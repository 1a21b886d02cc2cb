#include "daemon/poll/merger.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>

namespace calsync {
namespace {

constexpr std::chrono::milliseconds look_again{20};

RawRecord record_of(const std::string& body, Clock& clock) {
  RawRecord record;
  record.sequence = RawSequence{1};  // no event is kept
  record.source = RecordSource::poll;
  record.received = clock.wall();
  record.body = body;
  return record;
}

bool has_a_webhook(const EventRecord& event) {
  static constexpr std::array<std::string_view, 6> told{"booking.created",     "booking.requested",
                                                        "booking.confirmed",   "booking.rejected",
                                                        "booking.rescheduled", "booking.cancelled"};
  return std::ranges::find(told, event.type) != told.end();
}

}  // namespace

struct Merger::Pending {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::size_t open = 0;         // guarded by mutex
  std::optional<Error> failed;  // guarded by mutex; the first
};

Result<void> Merger::begin() {
  std::mutex mutex;
  std::condition_variable_any pause;
  std::unique_lock lock(mutex);
  while (log_.head().normalised < log_.head().raw) {
    if (stop_.stop_requested()) return Error{Errc::cancelled, "stopped"};
    pause.wait_for(lock, stop_, look_again, [] { return false; });
  }
  known_ = log_.views();
  table_ = std::make_unique<ViewTable>(*known_);
  if (!pending_) pending_ = std::make_shared<Pending>();
  return {};
}

Normalised Merger::fold_onto(ViewTable& views, const std::string& body) const {
  return apply_rules(all_rules().back(), record_of(body, clock_), views, EventSequence{1});
}

bool Merger::would_be_news(const std::string& body) {
  ViewTable scratch(static_cast<ViewSource&>(*table_));
  return !fold_onto(scratch, body).events.empty();
}

Result<bool> Merger::offer(std::string body) {
  probe_.rows.add();
  ViewTable own(static_cast<ViewSource&>(*table_));
  Normalised made;
  try {
    made = fold_onto(own, body);
  } catch (const ViewError& failed) {
    return failed.error;
  }
  if (made.summary.outcome == RecordOutcome::quarantined) {
    pass_over();
    return false;
  }
  if (made.events.empty()) return false;
  if (std::ranges::any_of(made.events, has_a_webhook)) ++untold_;
  table_->apply(own.take());
  probe_.found.add();
  RawDelivery delivery{.source = RecordSource::poll,
                       .source_id = {},
                       .content_type = "application/json",
                       .received = clock_.wall(),
                       .body = std::move(body)};
  {
    const std::lock_guard lock(pending_->mutex);
    ++pending_->open;
  }
  log_.append(std::move(delivery), [pending = pending_](Result<Appended> appended) {
    {
      const std::lock_guard lock(pending->mutex);
      --pending->open;
      if (!appended && !pending->failed) pending->failed = std::move(appended).error();
    }
    pending->changed.notify_all();
  });
  return true;
}

void Merger::pass_over() {
  ++unreadable_;
  probe_.unreadable.add();
}

Result<void> Merger::flush() {
  std::unique_lock lock(pending_->mutex);
  pending_->changed.wait(lock, [this] { return pending_->open == 0; });
  if (auto failed = std::exchange(pending_->failed, std::nullopt)) return *std::move(failed);
  return {};
}

}  // namespace calsync
