#include "daemon/care/forget.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

constexpr const char* untold_note = "forget";

// The records that are to be appended, each a text, in their order.
std::string untold(const ForgetFacts& facts, const std::string& tag) {
  json::array records;
  for (const ErasedBooking& booking : facts.bookings) records.emplace_back(erased_record(booking));
  records.emplace_back(erased_record(
      ErasedPerson{tag, facts.records, facts.events, facts.bookings.size(), facts.upto.value()}));
  return json::serialize(records);
}

Result<void> check(const ForgetFacts& facts) {
  if (!facts.obstacles.empty())
    return Error{Errc::rejected, facts.obstacles.front() +
                                     (facts.obstacles.size() > 1
                                          ? " (and " + std::to_string(facts.obstacles.size() - 1) + " more)"
                                          : "") +
                                     "; nothing was erased"};
  if (facts.records == 0 && facts.bookings.empty())
    return Error{Errc::not_found, "the log knows nothing of this person"};
  return {};
}

}  // namespace

Result<ForgetFacts> plan_forgetting(const EventLog& log, Instant now, std::string_view email,
                                    const ForgetProgress& progress) {
  ForgetPass pass(log, email);
  CALSYNC_CHECK("read the log", pass.advance(progress.share, progress.stop));
  return pass.facts(now);
}

Result<ForgetFacts> forget_person(EventLog& log, Clock& clock, std::string_view email,
                                  const ForgetProgress& progress) {
  CALSYNC_CHECK("an earlier erasure", finish_forgetting(log, clock));
  ForgetPass pass(log, email);
  CALSYNC_CHECK("read the log", pass.advance(progress.share, progress.stop));
  ForgetFacts facts;
  const auto make = [&](RawSequence) -> Result<Erasure> {
    CALSYNC_CHECK("read on", pass.advance({}, progress.stop));  // what came meanwhile
    CALSYNC_TRY(found, "facts", pass.facts(clock.wall()));
    facts = std::move(found);
    CALSYNC_CHECK("check", check(facts));
    CALSYNC_TRY(erasure, "erase", pass.take());
    erasure.note = untold_note;
    erasure.value = untold(facts, log.person_tag(email));
    return erasure;
  };
  CALSYNC_CHECK("erase", log.erase(make));
  CALSYNC_CHECK("tell it", finish_forgetting(log, clock));
  return facts;
}

Result<void> finish_forgetting(EventLog& log, Clock& clock) {
  CALSYNC_TRY(note, "read note", log.note(untold_note));
  if (!note || note->empty()) return {};
  boost::system::error_code failed;
  const json::value records = json::parse(*note, failed);
  if (failed || !records.is_array()) return Error{Errc::corrupt, "the log's note `forget` cannot be read"};
  for (const json::value& record : records.get_array())
    CALSYNC_CHECK("tell it", log.append_and_wait({.source = RecordSource::apply,
                                                  .source_id = {},
                                                  .content_type = "application/json",
                                                  .received = clock.wall(),
                                                  .body = std::string(record.as_string())}));
  return log.set_note(untold_note, "");
}

}  // namespace calsync
