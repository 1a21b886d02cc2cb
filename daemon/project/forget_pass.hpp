// What forgetting a person takes (DESIGN §12.5): reads the log once more, as `log rebuild` does, and notes every
// record whose reading met the person: in its body, its events, or a row of the views that it read or changed.
// Those are erased, and what they left in the views stays without the person. All others never met a row that
// differs by that, so a rebuild makes the very same events and views of them.
// Runs on:  the caller's thread, one at a time.
// Blocks:   on the disk. In memory are what is to be erased, each booking's first price, and of the views what is not
//           yet as the log has it now (followed_views.hpp).
// Fails:    as EventLog; conflict, where the log does not come out as it is (`log rebuild --verify`); cancelled.
#pragma once
#include "daemon/project/followed_views.hpp"
#include "daemon/project/rules.hpp"
#include "state/store/event_log.hpp"
#include "state/views/erasure.hpp"
#include "state/views/erasure_fold.hpp"
#include "state/views/first_prices.hpp"

#include <set>

namespace calsync {

// How a booking names the person.
enum class NamedAs : std::uint8_t {
  host,
  attendee,
  earlier,  // was in it once
  text,     // in a title, an answer, a reason …: nobody of the booking has the address
};
const char* to_text(NamedAs role);
std::optional<NamedAs> named_as(std::string_view word);

struct NamedBooking {
  std::string uid;
  std::optional<Instant> start;
  NamedAs role = NamedAs::text;
};

struct ForgetFacts {
  std::uint64_t records = 0, events = 0;
  std::vector<ErasedBooking> bookings;  // those that name the person now
  std::vector<NamedBooking> named;      // the same ones, for people to read
  std::uint64_t rows = 0;               // of the views and of their state at the cut, that change or go
  std::uint64_t in_the_open = 0;        // events whose key or subject is the address: the chain covers those
  RawSequence upto;
  std::optional<EventSequence> proof;  // of `subject.erased`; nullopt: that is told when calsyncd runs
  // Why it is not to be done now; each with its cure. Empty: it may be done.
  std::vector<std::string> obstacles;

  [[nodiscard]] bool nothing() const { return records == 0 && events == 0 && rows == 0; }
};

class ForgetPass {
 public:
  ForgetPass(const EventLog& log, std::string_view email, RulesByVersion known = all_rules());

  // On to head().normalised.
  Result<void> advance(const std::function<void(double)>& progress, const std::stop_token& stop);
  Result<ForgetFacts> facts(Instant now);  // as of where advance() came
  Result<Erasure> take();                  // once; without its note

 private:
  struct Found {
    ViewTable::Changes changes;  // where rows name the person: how they stay
    std::vector<NamedBooking> bookings;
    std::vector<std::string> obstacles;
  };
  Result<void> read(const RawRecord& record);
  Result<void> look_into_quarantine();
  Result<void> compare(const std::vector<EventRecord>& made);
  [[nodiscard]] bool meets(const ViewTable::Changes& changes, const std::vector<EventRecord>& events) const;
  void note(const RawRecord& record, ViewTable::Changes changes, const std::vector<EventRecord>& events);
  Found look_through(ViewSource& views, Instant now) const;
  [[nodiscard]] std::vector<RawSequence> kept_before_the_cut() const;
  [[nodiscard]] ErasedBooking with_price(const std::string& name) const;

  const EventLog& log_;
  const std::string email_;
  const PersonErasure person_;
  const RulesByVersion known_;
  const LogCut cut_;
  const std::unique_ptr<ViewSource> at_cut_, now_;
  FollowedViews views_{*at_cut_, *now_};
  FirstPrices prices_;
  std::set<RawSequence> indexed_;
  RawSequence upto_;
  EventSequence event_;
  Digest hash_;
  Erasure erasure_;
  std::uint64_t in_the_open_ = 0;
};

}  // namespace calsync
