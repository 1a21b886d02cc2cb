// One pass over the next raw records: read, normalise, gather what one commit takes. Shared by projector and
// rebuild.
// Runs on:  the caller's thread, one pass at a time per log.
// Blocks:   on the disk.
#pragma once
#include "daemon/project/project.hpp"
#include "daemon/project/rules.hpp"

#include <optional>

namespace calsync {

struct ReadRecord {
  Normalised result;
  // The record that this one asked to read again, where it was in quarantine.
  std::optional<RawSequence> retried;
};

// One raw record → its events and view changes, by these rules, and what a retry was about. Pure but for `views` (and
// `log` where a retry names an older record).
Result<ReadRecord> read_record(const EventLog& log, Rules rules, const RawRecord& record, ViewTable& views,
                               EventSequence first_event);

// Of a row of the views, the record that it says to be in quarantine; nullopt: it says something else.
std::optional<RawSequence> quarantined_in(std::string_view view);

// The record that a record of source `retry` asks for; nullopt: it names none.
std::optional<RawSequence> retry_target(const std::string& body);

// Adds the outcome of `record` to the commit.
void add_outcome(Projection& projection, RawSequence record, ReadRecord read);

struct PassDone {
  // One for each record that was read, also where a retry made the summary of an older one anew. Empty:
  // nothing there to read.
  std::vector<std::pair<RawSequence, RecordSummary>> summaries;
  RawSequence upto;
  std::size_t events = 0;
};
// Reads and commits at most `count` records after head().normalised, by the newest rules; fewer, where they
// make much. Fails: as EventLog does; corrupt, where a view cannot be read. Nothing is then committed.
Result<PassDone> project_next(EventLog& log, std::size_t count, RulesByVersion known = all_rules());

// A rebuild that was cut short leaves this note: the raw sequence up to which events have to be made before
// anybody may look at the event head again.
inline constexpr const char* rebuild_note = "rebuild";
Result<void> finish_rebuild(EventLog& log, const std::function<void(double)>& progress,
                            RulesByVersion known = all_rules());
Result<RebuildReport> verify_rebuild(const EventLog& log, const std::function<void(double)>& progress,
                                     RulesByVersion known);

}  // namespace calsync
