#include "daemon/poll/poll_run.hpp"

#include "connectors/calcom/api_answer.hpp"
#include "connectors/calcom/paging.hpp"
#include "connectors/calcom/query.hpp"
#include "daemon/poll/row_text.hpp"
#include "state/events/email.hpp"
#include "state/views/booking_kinds.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>

namespace calsync {
namespace json = boost::json;
namespace {

constexpr std::string_view watermark_note = "poll/watermark", good_note = "poll/good",
                           sweep_note = "poll/sweep";
constexpr std::uint64_t page_rows = 250;
constexpr std::chrono::minutes clock_tolerance{5};  // between Cal.com's clock and ours
constexpr std::size_t missing_at_a_time = 20;       // requests for bookings that a sweep did not list

std::optional<std::int64_t> number_in(const json::object& row, std::string_view name) {
  const json::value* value = row.if_contains(name);
  return value != nullptr && value->is_int64() ? std::optional(value->get_int64()) : std::nullopt;
}
std::optional<Instant> instant_note(const EventLog& log, std::string_view name) {
  const auto note = log.note(name);
  if (!note || !*note) return std::nullopt;
  const auto instant = parse_instant(**note);
  return instant ? std::optional(*instant) : std::nullopt;
}

std::uint64_t total_of(const json::object& envelope) {
  const json::value* pagination = envelope.if_contains("pagination");
  const json::object* object = pagination != nullptr ? pagination->if_object() : nullptr;
  return object != nullptr ? static_cast<std::uint64_t>(
                                 std::max<std::int64_t>(0, number_in(*object, "totalItems").value_or(0)))
                           : 0;
}

bool says_more(const json::object& envelope) {
  const json::value* pagination = envelope.if_contains("pagination");
  const json::value* more = pagination != nullptr && pagination->is_object()
                                ? pagination->get_object().if_contains("hasNextPage")
                                : nullptr;
  return more != nullptr && more->is_bool() && more->get_bool();
}

}  // namespace

PollRun::PollRun(CalcomReads& api, EventLog& log, Clock& clock, const PollProbe& probe,
                 const Settings& settings, std::stop_token stop)
    : api_(api),
      log_(log),
      clock_(clock),
      probe_(probe),
      settings_(settings),
      merger_(log, clock, probe, std::move(stop)),
      root_("/v2/organizations/" + std::to_string(settings.calcom.organization_id)) {}

std::optional<Instant> PollRun::watermark() const {
  return instant_note(log_, watermark_note);
}
std::optional<Instant> PollRun::last_good() const {
  return instant_note(log_, good_note);
}
std::optional<Instant> PollRun::last_sweep() const {
  return instant_note(log_, sweep_note);
}
Result<void> PollRun::note_good() {
  return log_.set_note(good_note, to_text(clock_.wall()));
}

Result<PollRun::Rows> PollRun::page(const Window& window, std::uint64_t skip, std::uint64_t& total) {
  Query query(root_ + "/bookings");
  query.add(window.from, to_text(window.begin))
      .add(window.sort, "asc")
      .add("take", page_rows)
      .add("skip", skip);
  if (window.end) query.add("beforeEnd", to_text(*window.end));
  const std::string call = "GET " + root_ + "/bookings";
  CALSYNC_TRY(answer, call, api_.get(query.path(), use));
  CALSYNC_TRY(envelope, call, read_envelope(answer, call));
  const json::value* data = envelope.is_object() ? envelope.get_object().if_contains("data") : nullptr;
  if (data == nullptr || !data->is_array()) return Error{Errc::rejected, call + " answered no list"};
  total = total_of(envelope.get_object());
  Rows rows;
  for (const auto& row : data->get_array())
    if (row.is_object())
      rows.push_back(row.get_object());
    else
      merger_.pass_over();
  if (data->get_array().empty() && says_more(envelope.get_object()))
    return Error{Errc::rejected, call + " answered an empty page and says that more follow"};
  return rows;
}

// Rows that are changed while they are read move to the end: each page begins anew at the last instant that was seen, so
// that none is passed over. Only where a whole page has one instant is there a skip.
Result<void> PollRun::each_row(Window window,
                               const std::function<Result<void>(const json::object& row)>& take,
                               const std::function<void(double)>& progress) {
  std::uint64_t skip = 0, done = 0, total = 0;
  while (true) {
    std::uint64_t left = 0;
    CALSYNC_TRY(rows, "page", page(window, skip, left));
    total = std::max(total, done + left);
    CALSYNC_CHECK("compare with what is known", merger_.begin());
    for (const auto& row : rows) CALSYNC_CHECK("row", take(row));
    CALSYNC_CHECK("log", merger_.flush());
    done += rows.size();
    if (progress && total > 0)
      progress(std::min(1.0, static_cast<double>(done) / static_cast<double>(total)));
    if (rows.size() < page_rows) return {};
    const auto last = instant_in(rows.back(), window.column);
    if (last && *last > window.begin) {
      window.begin = *last;
      skip = 0;
    } else {
      skip += rows.size();
    }
  }
}

Result<void> PollRun::offer(std::string body) {
  CALSYNC_TRY(news, "offer", merger_.offer(std::move(body)));
  if (news) ++found_;
  return {};
}

Result<void> PollRun::changed() {
  const auto watermark = instant_note(log_, watermark_note);
  if (!watermark) return Error{Errc::not_found, "nothing was swept yet"};
  newest_ = *watermark;
  people_are_new_ = false;
  orphans_.clear();
  const Window window{
      "afterUpdatedAt", "sortUpdatedAt", "updatedAt", *watermark - settings_.poll.overlap, {}};
  CALSYNC_CHECK("bookings",
                each_row(window, [this](const json::object& row) { return merge(row, false); }, {}));
  CALSYNC_CHECK("ancestors", merge_orphans());
  return newest_ > *watermark ? set_watermark() : Result<void>();
}

Result<void> PollRun::sweep(const std::function<void(double)>& progress) {
  const Instant begun = clock_.wall(), begin = begun - settings_.poll.past,
                end = begun + settings_.poll.future;
  seen_.clear();
  nowhere_.clear();
  waiting_.clear();
  orphans_.clear();
  asked_.clear();
  newest_ = instant_note(log_, watermark_note).value_or(Instant{});
  CALSYNC_CHECK("people", learn_people());
  const Window window{"afterStart", "sortStart", "start", begin, end};
  const auto take = [this](const json::object& row) -> Result<void> {
    CALSYNC_CHECK("merge", merge(row, false));
    // Differs, but is not newer than what is known: not every change moves updatedAt. A second look decides.
    const std::string uid = text_in(row, "uid");
    if (merger_.knows(uid) &&
        merger_.would_be_news(booking_record(clock_.wall(), true, json::serialize(row))))
      doubts_.insert(uid);
    return {};
  };
  CALSYNC_CHECK("bookings", each_row(window, take, progress));
  CALSYNC_CHECK("ancestors", merge_orphans());
  CALSYNC_CHECK("missing", look_for_missing(begin, end));
  CALSYNC_CHECK("sweep", log_.set_note(sweep_note, to_text(begun)));
  if (newest_ == Instant{}) return {};  // no booking at all: the next poll is a sweep again
  return set_watermark();
}

// By the server's clock, not by ours; but a row from the future must not hide all that changes until then.
Result<void> PollRun::set_watermark() {
  return log_.set_note(watermark_note, to_text(std::min(newest_, clock_.wall() + clock_tolerance)));
}

// What is known and was not listed: read alone, a few at a time; the next sweep goes on behind them.
Result<void> PollRun::look_for_missing(Instant begin, Instant end) {
  CALSYNC_CHECK("compare with what is known", merger_.begin());
  std::vector<std::string> candidates;
  bool to_the_end = true;
  merger_.views().scan("b/", missing_after_, [&](std::string_view key, std::string_view bytes) {
    const auto row = decode_booking(bytes);
    const bool within =
        row && row->start.value && *row->start.value >= begin && row->end.value.value_or(end) < end;
    if (within && !row->uid.empty() && !seen_.contains(row->uid) && !row->rescheduled_to.value &&
        !has_vanished(*row))
      candidates.emplace_back(key.substr(2));
    to_the_end = candidates.size() < missing_at_a_time;
    return to_the_end;
  });
  missing_after_ = to_the_end ? std::string() : "b/" + candidates.back();
  for (const auto& uid : candidates)
    if (merger_.would_be_news(vanished_record(clock_.wall(), uid))) doubts_.insert(uid);
  return {};
}

Result<void> PollRun::read(const std::string& uid) {
  probe_.reads.add();
  const std::string call = "GET /v2/bookings/" + uid;
  CALSYNC_TRY(answer, call, api_.get("/v2/bookings/" + percent_encoded(uid), use));
  const bool is_calcoms = !answer.code.empty();  // a proxy's 404 says nothing of bookings
  if (answer.status == 404 && is_calcoms) return gone(uid);
  CALSYNC_TRY(data, call, read_data(answer, call));
  CALSYNC_CHECK("compare with what is known", merger_.begin());
  const auto one = [this](const json::value& row) -> Result<void> {
    return row.is_object() ? merge(row.get_object(), true) : Result<void>{};
  };
  if (data.is_array())
    for (const auto& row : data.get_array()) CALSYNC_CHECK("row", one(row));
  else
    CALSYNC_CHECK("row", one(data));
  CALSYNC_CHECK("log", merger_.flush());
  return merge_orphans();
}

// Once is not enough: a booking may be read before the server has committed it.
Result<void> PollRun::gone(const std::string& uid) {
  const Instant now = clock_.wall();
  const auto [first, is_first] = missing_.try_emplace(uid, now);
  if (is_first || now - first->second < settings_.poll.interval) {
    if (is_first) doubts_.insert(uid);
    return {};
  }
  missing_.erase(first);
  CALSYNC_CHECK("compare with what is known", merger_.begin());
  if (merger_.knows(uid)) CALSYNC_CHECK("offer", offer(vanished_record(now, uid)));
  nowhere_.insert(uid);
  CALSYNC_CHECK("older halves", offer_older_halves(uid));
  return merger_.flush();
}

Result<void> PollRun::learn_people() {
  CALSYNC_TRY(rows, "users", list_all(api_, root_ + "/users", use));
  std::map<std::int64_t, PollPerson> people;
  for (const auto& [_, row] : rows) {
    const auto id = number_in(row, "id");
    if (!id) continue;
    PollPerson person{*id, lower_ascii(text_in(row, "email")), {}};
    if (auto name = text_in(row, "name"); !name.empty()) person.name = std::move(name);
    people.emplace(*id, std::move(person));
  }
  people_ = std::move(people);
  people_are_new_ = true;
  return {};
}

bool PollRun::is_hosted_by_us(const json::array& hosts) const {
  return std::ranges::any_of(hosts, [&](const json::value& host) {
    if (!host.is_object()) return true;
    const auto id = number_in(host.get_object(), "id");
    if (!id) return true;  // "unknown": of nobody any more, perhaps of ours
    const std::string email = lower_ascii(text_in(host.get_object(), "email"));
    return people_.contains(*id) ||
           std::ranges::any_of(people_, [&](const auto& one) { return one.second.email == email; });
  });
}

// CONTRACT §12: the list has bookings of others, too, in which one of ours is a guest. Who hosts and is not known may have
// joined since: the people are read anew, once in a pass.
Result<bool> PollRun::is_foreign(const json::object& row) {
  const json::value* hosts = row.if_contains("hosts");
  if (hosts == nullptr || !hosts->is_array() || hosts->get_array().empty()) return false;
  if (is_hosted_by_us(hosts->get_array()) || merger_.knows(text_in(row, "uid"))) return false;
  if (!people_are_new_) CALSYNC_CHECK("people", learn_people());
  return !people_.empty() && !is_hosted_by_us(hosts->get_array());
}

std::optional<PollPerson> PollRun::person(const json::object& row, std::string_view number) const {
  const auto id = number_in(row, number);
  const auto at = id ? people_.find(*id) : people_.end();
  return at == people_.end() ? std::nullopt : std::optional(at->second);
}

Result<void> PollRun::time_off() {
  const Instant read_at = clock_.wall();
  CALSYNC_TRY(rows, "time off", list_all(api_, root_ + "/ooo", use));
  const bool stranger =
      std::ranges::any_of(rows, [&](const auto& one) { return !person(one.second, "userId"); });
  if (stranger) CALSYNC_CHECK("people", learn_people());
  CALSYNC_CHECK("compare with what is known", merger_.begin());
  std::set<std::string> listed;
  for (const auto& [id, row] : rows) {
    const std::string uuid = text_in(row, "uuid");
    listed.insert(uuid.empty() ? "id:" + id : uuid);
    CALSYNC_CHECK("offer", offer(ooo_record(read_at, json::serialize(row), person(row, "userId"),
                                            person(row, "toUserId"))));
  }
  std::set<std::string> missing;
  merger_.views().scan("o/", {}, [&](std::string_view key, std::string_view) {
    if (!listed.contains(std::string(key.substr(2)))) missing.emplace(key.substr(2));
    return true;
  });
  for (const auto& name : missing) {
    const bool by_id = name.starts_with("id:");
    std::int64_t id = 0;
    if (by_id) std::from_chars(name.data() + 3, name.data() + name.size(), id);
    const std::string body =
        ooo_deleted_record(read_at, by_id ? std::optional(id) : std::nullopt, by_id ? "" : name);
    if (missing_time_off_.contains(name)) CALSYNC_CHECK("offer", offer(body));
  }
  missing_time_off_ = std::move(missing);
  return merger_.flush();
}

}  // namespace calsync
