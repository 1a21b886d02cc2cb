#include "daemon/care/forget.hpp"

#include "daemon/care/whole_log.hpp"

#include <boost/json.hpp>

#include <condition_variable>
#include <mutex>

namespace calsync {
namespace json = boost::json;
namespace {

constexpr const char* to_do_note = "forget";

// The records that are to be appended, each a text, in their order.
std::string to_do(const ForgetFacts& facts, const std::string& tag) {
  json::array records;
  for (const ErasedBooking& booking : facts.bookings) records.emplace_back(erased_record(booking));
  records.emplace_back(erased_record(
      ErasedPerson{tag, facts.records, facts.events, facts.bookings.size(), facts.upto.value()}));
  return json::serialize(records);
}

// Empty: somebody was found.
std::string why_not(const ForgetFacts& facts) {
  if (facts.obstacles.empty()) return {};
  const std::size_t more = facts.obstacles.size() - 1;
  return facts.obstacles.front() + (more > 0 ? " (and " + std::to_string(more) + " more)" : "") +
         "; nothing was erased";
}

// Whether the normaliser came so far in time. Fails: cancelled.
Result<bool> is_read(const EventLog& log, RawSequence upto, const ForgetProgress& progress) {
  constexpr std::chrono::milliseconds look_again{20};
  const auto until = std::chrono::steady_clock::now() + progress.patience;
  std::mutex mutex;
  std::condition_variable_any pause;
  std::unique_lock lock(mutex);
  while (log.head().normalised < upto) {
    if (progress.stop.stop_requested()) return Error{Errc::cancelled, "interrupted"};
    if (std::chrono::steady_clock::now() >= until) return false;
    pause.wait_for(lock, progress.stop, look_again, [] { return false; });
  }
  return true;
}

// What comes later may name the person as well, but not what had come when somebody asked.
Result<void> wait_until_read(const EventLog& log, const ForgetProgress& progress) {
  const RawSequence all = log.head().raw;
  CALSYNC_TRY(read, "nothing was erased", is_read(log, all, progress));
  if (read) return {};
  return Error{Errc::rejected, std::to_string(all.value() - log.head().normalised.value()) +
                                   " records were not read yet: let calsyncd read them (`calsync status`), "
                                   "then ask again; nothing was erased"};
}

// The event that this record became, where it was read in time.
std::optional<EventSequence> proof_of(const EventLog& log, RawSequence record,
                                      const ForgetProgress& progress) {
  const auto read = is_read(log, record, progress);
  if (!read || !*read) return std::nullopt;
  for (EventSequence at = log.head().event; at > log.cut().event; at = EventSequence{at.value() - 1}) {
    const auto stored = log.event(at);
    if (!stored || stored->event.raw < record) return std::nullopt;
    if (stored->event.raw == record) return at;
  }
  return std::nullopt;
}

Result<void> check_whole(const EventLog& log) {
  CALSYNC_TRY(first, "is the log whole", what_comes_first(log));
  if (first.empty()) return {};
  return Error{Errc::rejected,
               "first " + first + ": what it brings back would not be erased; nothing was erased"};
}

// The pass holds a snapshot: it is gone when this returns.
Result<ForgetFacts> erase_once(EventLog& log, Clock& clock, std::string_view email,
                               const ForgetProgress& progress) {
  ForgetPass pass(log, email);
  CALSYNC_CHECK("read the log", pass.advance(progress.share, progress.stop));
  ForgetFacts facts;
  const auto make = [&](RawSequence) -> Result<Erasure> {
    CALSYNC_CHECK("read on", pass.advance({}, progress.stop));  // what came meanwhile
    CALSYNC_TRY(found, "facts", pass.facts(clock.wall()));
    facts = std::move(found);
    if (auto why = why_not(facts); !why.empty()) return Error{Errc::rejected, std::move(why)};
    if (facts.nothing()) return Error{Errc::not_found, "the log knows nothing of this person"};
    CALSYNC_TRY(erasure, "erase", pass.take());
    erasure.note = to_do_note;
    erasure.value = to_do(facts, log.person_tag(email));
    return erasure;
  };
  CALSYNC_CHECK("erase", log.erase(make));
  return facts;
}

}  // namespace

Result<ForgetFacts> plan_forgetting(const EventLog& log, Instant now, std::string_view email,
                                    const ForgetProgress& progress) {
  CALSYNC_CHECK("forget", check_whole(log));
  ForgetPass pass(log, email);
  CALSYNC_CHECK("read the log", pass.advance(progress.share, progress.stop));
  return pass.facts(now);
}

Result<ForgetFacts> forget_person(EventLog& log, Clock& clock, std::string_view email,
                                  const ForgetProgress& progress) {
  constexpr int tries = 3;  // a trim may come in between
  CALSYNC_CHECK("forget", check_whole(log));
  CALSYNC_CHECK("an earlier erasure", finish_forgetting(log, clock, progress.stop));
  CALSYNC_CHECK("forget", wait_until_read(log, progress));
  auto erased = erase_once(log, clock, email, progress);
  for (int again = 1; again < tries && !erased && erased.error().code == Errc::conflict; ++again)
    erased = erase_once(log, clock, email, progress);
  if (!erased) return erased;
  CALSYNC_TRY(last, "tell it", finish_forgetting(log, clock, progress.stop));
  erased->proof = proof_of(log, last, progress);
  return erased;
}

Result<RawSequence> finish_forgetting(EventLog& log, Clock& clock, const std::stop_token& stop) {
  CALSYNC_TRY(note, "read note", log.note(to_do_note));
  if (!note || note->empty()) return RawSequence{};
  boost::system::error_code failed;
  const json::value records = json::parse(*note, failed);
  if (failed || !records.is_array()) return Error{Errc::corrupt, "the log's note `forget` cannot be read"};
  RawSequence last;
  for (const json::value& record : records.get_array()) {
    CALSYNC_TRY(told, "tell it",
                log.append_and_wait({.source = RecordSource::apply,
                                     .source_id = {},
                                     .content_type = "application/json",
                                     .received = clock.wall(),
                                     .body = std::string(record.as_string())}));
    last = told.sequence;
  }
  CALSYNC_CHECK("drive it out of the files", log.drive_out_erased(stop));
  CALSYNC_CHECK("tell it", log.set_note(to_do_note, ""));
  return last;
}

}  // namespace calsync
