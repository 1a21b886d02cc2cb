#include "daemon/care/retention_step.hpp"

#include "daemon/project/projection_pass.hpp"

#include <algorithm>
#include <set>

namespace calsync {
namespace {

constexpr std::size_t step_bytes = std::size_t{2} << 20U;   // of raw records
constexpr std::size_t views_bytes = std::size_t{4} << 20U;  // of what the snapshot gets

class Step {
 public:
  Step(const EventLog& log, const RetentionLimits& limits, RulesByVersion known)
      : log_(log),
        limits_(limits),
        known_(known),
        erasures_(log.erasures()),
        cut_(log.cut()),
        before_(log.views_at_cut()) {
    trim_.erasures = erasures_;
    trim_.upto = cut_.raw;
    trim_.event = cut_.event;
    hash_ = cut_.event_hash;
  }

  Result<std::optional<Trim>> make(Instant now) {
    const RawSequence normalised = log_.head().normalised;
    CALSYNC_TRY(records, "read raw", log_.read_raw(next(cut_.raw), limits_.records, step_bytes));
    for (const RawRecord& record : records) {
      if (record.sequence > normalised || record.received >= limits_.received_before) break;
      CALSYNC_TRY(taken, "record " + std::to_string(record.sequence.value()), take(record));
      if (!taken || views_.bytes() > views_bytes) break;
    }
    if (trim_.upto == cut_.raw) return std::optional<Trim>{};
    trim_.kept.assign(kept_.begin(), kept_.end());
    for (const auto& [sequence, person] : people_)
      if (!kept_.contains(sequence)) trim_.people.emplace_back(sequence, person);
    trim_.views = views_.take();
    trim_.at = now;
    return std::optional(std::move(trim_));
  }

 private:
  // False: its events are not all published yet.
  Result<bool> take(const RawRecord& record) {
    ViewTable own(static_cast<ViewSource&>(views_));
    CALSYNC_TRY(rules, "normalise", rules_of(known_, record.noted_version));
    CALSYNC_TRY(read, "normalise", read_record(log_, rules, record, own, next(trim_.event)));
    if (trim_.event.value() + read.result.events.size() > limits_.published.value()) return false;
    for (const EventRecord& event : read.result.events) CALSYNC_CHECK("compare", compare(event));
    note_people(record.sequence, read);
    note_quarantine(own.changes());
    views_.apply(own.take());
    trim_.upto = record.sequence;
    if (record.source == RecordSource::webhook) ++trim_.webhooks;
    return true;
  }

  Result<void> compare(const EventRecord& made) {
    CALSYNC_TRY(hash, "hash event", log_.hash_as_stored(made, hash_));
    CALSYNC_TRY(stored, "read event", log_.hash_of(made.sequence));
    if (hash != stored)
      return Error{Errc::conflict,
                   "event " + std::to_string(made.sequence.value()) +
                       " does not come out as the log has it: see `calsync log rebuild --verify`"};
    trim_.event = made.sequence;
    hash_ = hash;
    return {};
  }

  void note_people(RawSequence record, const ReadRecord& read) {
    for (const std::string& person : read.result.summary.people) {
      people_.emplace(record, person);
      if (read.retried) people_.emplace(*read.retried, person);
    }
  }

  // A record waits in quarantine from its row in the views to the end of that.
  void note_quarantine(const ViewTable::Changes& changes) {
    for (const auto& [key, value] : changes) {
      const auto sequence = quarantined_in(key);
      if (!sequence) continue;
      if (value)
        kept_.insert(*sequence);
      else if (kept_.erase(*sequence) == 0)
        trim_.released.push_back(*sequence);
    }
  }

  const EventLog& log_;
  const RetentionLimits& limits_;
  const RulesByVersion known_;
  const std::uint64_t erasures_;  // before the views are read
  const LogCut cut_;
  const std::unique_ptr<ViewSource> before_;
  ViewTable views_{*before_};
  Trim trim_;
  Digest hash_{};
  std::set<RawSequence> kept_;  // of the records of this step
  std::set<std::pair<RawSequence, std::string>> people_;
};

}  // namespace

Result<std::optional<Trim>> next_trim(const EventLog& log, const RetentionLimits& limits, Instant now,
                                      RulesByVersion known) try {
  return Step(log, limits, known).make(now);
} catch (const ViewError& failure) {
  return Error(failure.error).within("retention");
} catch (const std::exception& failure) {
  return Error{Errc::io, std::string("retention: ") + failure.what()};
}

}  // namespace calsync
