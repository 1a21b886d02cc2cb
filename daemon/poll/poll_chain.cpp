// Bookings and what they came of by reschedules (DESIGN §12.4). Of a chain the newest is told first, and names the others: an old
// half waits for its new one, until that is known to be nowhere or failed to answer several times. A new one whose parent is not
// known waits for the end of the pass; then those of its ancestors that no row was are asked for one by one, at most 32, also
// outside the window of a sweep.
#include "connectors/calcom/api_answer.hpp"
#include "connectors/calcom/query.hpp"
#include "daemon/poll/poll_run.hpp"
#include "daemon/poll/row_text.hpp"
#include "state/views/booking_row.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

constexpr std::size_t furthest = 32;
constexpr int passes_held_up = 3;  // by an ancestor that does not answer, while the lists do
constexpr std::string_view parent_member = "rescheduledFromUid";

// A uid of a series is answered with a list.
const json::object* row_of(const json::value& data, std::string_view uid) {
  if (const auto* object = data.if_object()) return object;
  if (const auto* rows = data.if_array())
    for (const auto& row : *rows)
      if (row.is_object() && text_in(row.get_object(), "uid") == uid) return &row.get_object();
  return nullptr;
}

}  // namespace

Result<void> PollRun::merge(const json::object& row, bool confirmed) {
  if (const auto updated = instant_in(row, "updatedAt")) newest_ = std::max(newest_, *updated);
  const std::string uid = text_in(row, "uid");
  seen_.insert(uid);
  missing_.erase(uid);
  nowhere_.erase(uid);
  failing_.erase(uid);
  CALSYNC_TRY(foreign, "hosts", is_foreign(row));
  if (foreign) {
    probe_.foreign.add();
    return {};
  }
  const std::string next = text_in(row, "rescheduledToUid"), parent = text_in(row, parent_member);
  std::string record = booking_record(clock_.wall(), confirmed, json::serialize(row));
  if (!next.empty() && !knows_parent(next, uid) && !nowhere_.contains(next) && !failing_.contains(next) &&
      merger_.would_be_news(record)) {
    if (!orphans_.contains(next)) doubts_.insert(next);
    waiting_.insert_or_assign(next, Older{uid, parent, std::move(record)});
    return {};
  }
  if (!parent.empty() && parent != uid && !asked_.contains(parent) && !knows_whole(parent)) {
    doubts_.erase(uid);  // an old half that asked for it has it now
    orphans_.insert_or_assign(uid, Orphan{row, confirmed});
    return {};
  }
  CALSYNC_CHECK("offer", offer(std::move(record)));
  return offer_older_halves(uid);
}

// What waited for the booking that came of it: the new one told of the reschedule, this is all else of the old one.
Result<void> PollRun::offer_older_halves(std::string uid) {
  for (auto at = waiting_.find(uid); at != waiting_.end(); at = waiting_.find(uid)) {
    auto old = waiting_.extract(at);
    CALSYNC_CHECK("offer", offer(std::move(old.mapped().record)));
    uid = std::move(old.mapped().uid);
  }
  return {};
}

Result<void> PollRun::wait_no_longer_for(const std::string& uid) {
  failing_.insert(uid);
  CALSYNC_CHECK("compare with what is known", merger_.begin());
  CALSYNC_CHECK("older halves", offer_older_halves(uid));
  return merger_.flush();
}

Result<void> PollRun::merge_orphans() {
  if (orphans_.empty()) return {};
  CALSYNC_CHECK("compare with what is known", merger_.begin());
  while (!orphans_.empty()) {
    const std::string uid = orphans_.begin()->first;
    CALSYNC_TRY(ancestors, "ancestors",
                ancestors_of(uid, text_in(orphans_.begin()->second.row, parent_member)));
    const Orphan orphan = std::move(orphans_.extract(uid).mapped());
    CALSYNC_CHECK("offer", offer(booking_record(clock_.wall(), orphan.confirmed, json::serialize(orphan.row),
                                                ancestors)));
    CALSYNC_CHECK("older halves", offer_older_halves(uid));
  }
  return merger_.flush();
}

// Beyond the parent, nearest first. A circle ends where it would begin anew.
Result<std::vector<std::string>> PollRun::ancestors_of(const std::string& uid, std::string parent) {
  std::vector<std::string> path{uid};
  while (!parent.empty() && path.size() <= furthest && std::ranges::find(path, parent) == path.end()) {
    path.push_back(std::move(parent));
    CALSYNC_TRY(above, "parent", parent_of(path.back(), path[path.size() - 2]));
    parent = std::move(above);
  }
  path.erase(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(2, path.size())));
  return path;
}

// "": it has none, or what is above it is known, or cannot be.
Result<std::string> PollRun::parent_of(const std::string& uid, const std::string& below) {
  const auto waits = waiting_.find(below);
  if (waits != waiting_.end() && waits->second.uid == uid) return waits->second.parent;
  if (const auto orphan = orphans_.find(uid); orphan != orphans_.end())
    return text_in(orphan->second.row, parent_member);
  if (knows_whole(uid) || !asked_.insert(uid).second) return std::string();
  probe_.reads.add();
  const std::string call = "GET /v2/bookings/" + uid;
  auto answer = api_.get("/v2/bookings/" + percent_encoded(uid), use);
  if (!answer) {
    const bool never = answer.error().code == Errc::timeout && ++unanswered_[uid] >= passes_held_up;
    if (!never) {
      asked_.erase(uid);
      return std::move(answer).error().within(call);
    }
    doubts_.insert(uid);
    return std::string();
  }
  unanswered_.erase(uid);
  if (answer->status == 404) {
    nowhere_.insert(uid);
    return std::string();
  }
  const auto data = read_data(*answer, call);
  const json::object* row = data ? row_of(*data, uid) : nullptr;
  if (row == nullptr) {
    doubts_.insert(uid);  // later again, alone: one that cannot be read holds up no other
    return std::string();
  }
  std::string parent = text_in(*row, parent_member);
  seen_.insert(uid);
  waiting_.try_emplace(below,
                       Older{uid, parent, booking_record(clock_.wall(), false, json::serialize(*row))});
  return parent;
}

// Also of one that is known a webhook may not have said what it came of: of its confirmation, or of a later reschedule of it.
bool PollRun::knows_parent(const std::string& uid, std::string_view parent) {
  const auto bytes = merger_.views().get("b/" + uid);
  const auto row = bytes ? decode_booking(*bytes) : std::nullopt;
  return row && row->rescheduled_from.value && row->rescheduled_from.value->uid == parent;
}

// Not by name only, as the reschedule of a later one tells it.
bool PollRun::knows_whole(const std::string& uid) {
  const auto bytes = merger_.views().get("b/" + uid);
  const auto row = bytes ? decode_booking(*bytes) : std::nullopt;
  return row && row->start.value;
}

}  // namespace calsync
