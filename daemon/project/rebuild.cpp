// `log rebuild`: the same records through the same reader must give the same bytes (P7).
#include "daemon/project/projection_pass.hpp"

#include <algorithm>
#include <exception>

namespace calsync {
namespace {

constexpr std::size_t read_records = 1024;
constexpr std::size_t page_bytes = std::size_t{4} << 20U;

// The stored events in order, read a page at a time.
class StoredEvents {
 public:
  StoredEvents(const EventLog& log, EventSequence after) : log_(log), read_(after.value()) {}
  Result<const StoredEvent*> next_event() {  // nullptr: no more
    if (at_ == page_.size()) {
      const EventSequence first{read_ + 1};
      CALSYNC_TRY(page, "read events", log_.read_events(first, read_records, page_bytes));
      page_ = std::move(page);
      read_ += page_.size();
      at_ = 0;
    }
    return at_ == page_.size() ? nullptr : &page_[at_++];
  }

 private:
  const EventLog& log_;
  std::vector<StoredEvent> page_;
  std::size_t at_ = 0;
  std::uint64_t read_;
};

bool is_same(const EventRecord& a, const EventRecord& b) {
  return a.sequence == b.sequence && a.raw == b.raw && a.topic == b.topic && a.key == b.key &&
         a.key_sequence == b.key_sequence && a.type == b.type && a.subject == b.subject && a.time == b.time &&
         a.origin == b.origin && a.caused_by == b.caused_by && a.value == b.value &&
         std::ranges::equal(a.states, b.states, [](const StateValue& one, const StateValue& other) {
           return one.uid == other.uid && one.json == other.json;
         });
}

// Of a log that was never trimmed these are none, and nobody needs to look for each row.
std::unique_ptr<ViewSource> views_to_start_from(const EventLog& log, const LogCut& cut) {
  if (cut.raw.value() == 0) return std::make_unique<MemoryViews>();
  return log.views_at_cut();
}

std::string describe(const EventRecord& made, const EventRecord& stored) {
  std::string fields;
  const auto note = [&fields](bool differs, const char* name) {
    if (differs) fields += (fields.empty() ? "" : ", ") + std::string(name);
  };
  note(made.raw != stored.raw, "raw");
  note(made.topic != stored.topic, "topic");
  note(made.key != stored.key, "key");
  note(made.key_sequence != stored.key_sequence, "key_sequence");
  note(made.type != stored.type, "type");
  note(made.subject != stored.subject, "subject");
  note(made.time != stored.time, "time");
  note(made.origin != stored.origin, "origin");
  note(made.caused_by != stored.caused_by, "caused_by");
  note(made.value != stored.value, "value");
  note(made.states.size() != stored.states.size(), "states");
  if (fields.empty()) fields = "states, or the hash chain";
  return "raw record " + std::to_string(made.raw.value()) + " now makes " + made.type + ", the log has " +
         stored.type + "; different: " + fields;
}

class Comparison {
 public:
  Comparison(const EventLog& log, const std::function<void(double)>& progress, RulesByVersion known)
      : log_(log),
        progress_(progress),
        known_(known),
        cut_(log.cut()),
        upto_(log.head().normalised),
        stored_(log, cut_.event),
        at_cut_(views_to_start_from(log, cut_)),
        previous_(cut_.event_hash) {}

  Result<RebuildReport> run() {
    for (RawSequence first = next(cut_.raw); first <= upto_ && !report_.first_difference;) {
      CALSYNC_TRY(records, "read raw", log_.read_raw(first, read_records, page_bytes));
      for (const RawRecord& record : records) {
        if (record.sequence > upto_ || report_.first_difference) break;
        CALSYNC_CHECK("record " + std::to_string(record.sequence.value()), compare(record));
      }
      if (records.empty())
        return Error{Errc::corrupt, "raw record " + std::to_string(first.value()) + " is missing"};
      first = next(records.back().sequence);
      if (progress_)
        progress_(static_cast<double>(report_.records) /
                  static_cast<double>(upto_.value() - cut_.raw.value()));
    }
    if (report_.first_difference) return std::move(report_);
    CALSYNC_TRY(more, "read events", stored_.next_event());
    if (more != nullptr)
      differs(more->event.sequence, "the records make no such event any more: " + more->event.type);
    return std::move(report_);
  }

 private:
  Result<void> compare(const RawRecord& record) {
    ViewTable table(static_cast<ViewSource&>(views_));
    CALSYNC_TRY(rules, "normalise", rules_of(known_, record.noted_version));
    CALSYNC_TRY(
        read, "normalise",
        read_record(log_, rules, record, table, EventSequence{cut_.event.value() + report_.events + 1}));
    views_.apply(table.take());
    ++report_.records;
    if (read.result.summary.outcome == RecordOutcome::erased) ++report_.erased;
    for (const EventRecord& made : read.result.events) {
      CALSYNC_TRY(stored, "read events", stored_.next_event());
      if (stored == nullptr) {
        differs(made.sequence, "the log ends before it: " + made.type);
        return {};
      }
      CALSYNC_TRY(same, "compare", is_as_stored(made, *stored));
      if (!same) {
        differs(made.sequence, describe(made, stored->event));
        return {};
      }
      previous_ = stored->hash;
      ++report_.events;
    }
    return {};
  }

  // Its seal has opened, which is over every stored byte but the hash, and the same content under the same key gives the same
  // bytes: to make them again would tell nothing more. The hashes are `log verify`'s. What is erased does not open.
  Result<bool> is_as_stored(const EventRecord& made, const StoredEvent& stored) const {
    if (!stored.event.erased && !made.erased && is_same(made, stored.event)) return true;
    CALSYNC_TRY(hash, "hash event", log_.hash_as_stored(made, previous_));
    return hash == stored.hash;
  }

  void differs(EventSequence at, std::string how) {
    report_.first_difference = at;
    report_.difference = std::move(how);
  }

  const EventLog& log_;
  const std::function<void(double)>& progress_;
  const RulesByVersion known_;
  const LogCut cut_;
  const RawSequence upto_;
  StoredEvents stored_;
  const std::unique_ptr<ViewSource> at_cut_;
  ViewTable views_{*at_cut_};
  Digest previous_;
  RebuildReport report_;
};

}  // namespace

Result<RebuildReport> verify_rebuild(const EventLog& log, const std::function<void(double)>& progress) {
  return verify_rebuild(log, progress, all_rules());
}

Result<RebuildReport> verify_rebuild(const EventLog& log, const std::function<void(double)>& progress,
                                     RulesByVersion known) try {
  return Comparison(log, progress, known).run();
} catch (const std::exception& failure) {
  return Error{Errc::io, std::string("rebuild: ") + failure.what()};
}

// Any event that is in the log may have been published, so none may change.
Result<RebuildReport> rebuild(EventLog& log, const std::function<void(double)>& progress) {
  const auto half = [&progress](double from) {
    return [&progress, from](double share) {
      if (progress) progress(from + share / 2);
    };
  };
  CALSYNC_TRY(report, "compare", verify_rebuild(log, half(0)));
  if (report.first_difference)
    return Error{Errc::conflict, "event " + std::to_string(report.first_difference->value()) +
                                     " would change, and it may be published already: " + report.difference +
                                     ": keep this log, or publish anew under another kafka.topic_prefix"};
  const std::string upto = std::to_string(log.head().normalised.value());
  CALSYNC_CHECK("clear", log.clear_projection(rebuild_note, upto));
  CALSYNC_CHECK("project", finish_rebuild(log, half(0.5)));
  return report;
}

}  // namespace calsync
