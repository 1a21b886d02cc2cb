// What a poll does, pass by pass (CONTRACT §12, RELIABILITY §3.4). When is the poller's business.
//   changed()  bookings whose updatedAt is not older than the watermark less poll.overlap; then the watermark moves
//   sweep()    all bookings from poll.past to poll.future, whatever their updatedAt; who is missing is looked for
//   time_off() the organisation's list; who is missing twice was deleted
//   read()     one booking, because a webhook left a doubt, or to see whether it is still there
// Of what a booking came by reschedules is asked for, also outside a sweep's window: poll_chain.cpp.
// Owner:    Poller.
// Runs on:  one thread.
// Blocks:   as CalcomReads and the log do.
// Promises: a pass that fails moves no watermark, so that the next one sees it all again; what it appended before stays, and
//           is no news then.
// Fails:    as CalcomReads and EventLog do.
#pragma once
#include "config/settings/settings.hpp"
#include "connectors/calcom/api.hpp"
#include "connectors/calcom/wire/poll_record.hpp"
#include "daemon/poll/merger.hpp"

#include <boost/json/object.hpp>

#include <functional>
#include <set>

namespace calsync {

class PollRun {
 public:
  PollRun(CalcomReads& api, EventLog& log, Clock& clock, const PollProbe& probe, const Settings& settings,
          std::stop_token stop);

  Result<void> changed();
  Result<void> sweep(const std::function<void(double)>& progress);
  Result<void> time_off();
  Result<void> read(const std::string& uid);
  // It fails again and again when it is read alone: the old half of its reschedule is told without it.
  Result<void> wait_no_longer_for(const std::string& uid);

  [[nodiscard]] std::optional<Instant> watermark() const;
  [[nodiscard]] std::optional<Instant> last_good() const;   // by the log's note, also of an earlier process
  [[nodiscard]] std::optional<Instant> last_sweep() const;  // as last_good()
  Result<void> note_good();
  // Bookings that the passes came upon and that should be read alone; taken out.
  std::set<std::string> take_doubts() { return std::exchange(doubts_, {}); }
  [[nodiscard]] std::uint64_t found() const { return found_; }
  [[nodiscard]] std::uint64_t untold() const { return merger_.untold(); }
  [[nodiscard]] std::uint64_t unreadable() const { return merger_.unreadable(); }

 private:
  struct Window {
    std::string_view from, sort, column;  // "afterUpdatedAt", "sortUpdatedAt", "updatedAt"
    Instant begin;
    std::optional<Instant> end;  // beforeEnd
  };
  using Rows = std::vector<boost::json::object>;
  Result<void> each_row(Window window,
                        const std::function<Result<void>(const boost::json::object& row)>& take,
                        const std::function<void(double)>& progress);
  static constexpr ApiUse use = ApiUse::poll;
  Result<Rows> page(const Window& window, std::uint64_t skip, std::uint64_t& total);
  Result<void> merge(const boost::json::object& row, bool confirmed);
  Result<void> offer_older_halves(std::string uid);
  Result<void> merge_orphans();
  Result<std::vector<std::string>> ancestors_of(const std::string& uid, std::string parent);
  Result<std::string> parent_of(const std::string& uid, const std::string& below);
  [[nodiscard]] bool knows_whole(const std::string& uid);
  [[nodiscard]] bool knows_parent(const std::string& uid, std::string_view parent);
  Result<void> learn_people();
  Result<bool> is_foreign(const boost::json::object& row);
  [[nodiscard]] bool is_hosted_by_us(const boost::json::array& hosts) const;
  Result<void> set_watermark();
  Result<void> look_for_missing(Instant begin, Instant end);
  Result<void> gone(const std::string& uid);
  Result<void> offer(std::string body);
  [[nodiscard]] std::optional<PollPerson> person(const boost::json::object& row,
                                                 std::string_view number) const;

  CalcomReads& api_;
  EventLog& log_;
  Clock& clock_;
  const PollProbe& probe_;
  const Settings& settings_;
  Merger merger_;
  std::string root_;                           // "/v2/organizations/42"
  std::map<std::int64_t, PollPerson> people_;  // of the organisation
  bool people_are_new_ = false;                // read in the pass under way
  std::set<std::string> doubts_, seen_;        // uids; seen_: of the sweep under way
  std::set<std::string> nowhere_;              // uids that rows name, and that are 404
  std::set<std::string> failing_;              // uids that no old half waits for, until a row shows them
  struct Older {
    std::string uid, parent, record;
  };
  std::map<std::string, Older> waiting_;  // new uid → the old half of its reschedule
  struct Orphan {
    boost::json::object row;
    bool confirmed = false;
  };
  std::map<std::string, Orphan> orphans_;   // uid → came of a booking that is not known
  std::set<std::string> asked_;             // ancestors, once between two sweeps
  std::map<std::string, int> unanswered_;   // ancestors → passes that each of them has held up
  std::map<std::string, Instant> missing_;  // uid → when it was first not there
  std::string missing_after_;               // the row `b/…` up to which a sweep looked for who is missing
  std::set<std::string> missing_time_off_;  // names of rows `o/…`
  Instant newest_{};                        // updatedAt of a pass
  std::uint64_t found_ = 0;
};

}  // namespace calsync
