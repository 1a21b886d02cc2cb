// What the folds of one record share: the record, what it says, the views, and the events made so far.
#pragma once
#include "state/views/fold.hpp"

#include <algorithm>

namespace calsync {

struct Folding {
  const RawRecord& record;
  const Observation& seen;
  ViewTable& views;
  EventSequence first_event;
  // A createdAt is believed up to here; nullopt: as it is, for our own clock is known to be behind.
  std::optional<Instant> latest;
  Instant as_of;  // when Cal.com said it, as far as that is believed; else when it came
  Normalised out{};

  [[nodiscard]] Instant believed(Instant said) const { return latest ? std::min(said, *latest) : said; }
  void quarantine(std::string reason) {
    out.summary.outcome = RecordOutcome::quarantined;
    out.summary.reason = std::move(reason);
  }
  void no_change(std::string reason) {
    out.summary.outcome = RecordOutcome::no_change;
    out.summary.reason = std::move(reason);
  }
};

// Everything of an event but its numbers, which emit() gives.
struct Draft {
  Topic topic = Topic::bookings;
  std::string key, type, subject;
  Instant time{};
  std::string_view booking;      // JSON; empty: null
  std::string_view detail_name;  // "detail", "ooo", "form", "system"
  std::string detail;            // JSON; empty: null
  std::string changes = "[]";
  std::vector<StateValue> states{};
  std::string caused_by{};  // cause.hpp
};
void emit(Folding& folding, Draft draft);

// True the first time. `window`: the same identity counts again when its createdAt is further away than this.
bool first_time(Folding& folding, std::string_view identity,
                std::optional<std::chrono::milliseconds> window = std::nullopt);

bool first_telling(ViewTable& views, std::string_view identity, Instant as_of,
                   std::optional<std::chrono::milliseconds> window = std::nullopt);

void fold_booking(Folding& folding, const BookingObservation& said);
void fold_ooo(Folding& folding, const OooObservation& said);
void fold_form(Folding& folding, const FormObservation& said);
void fold_system(Folding& folding, const SystemObservation& said);

}  // namespace calsync
