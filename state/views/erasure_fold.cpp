#include "state/views/erasure_fold.hpp"

#include "state/views/booking_json.hpp"
#include "state/views/chain.hpp"
#include "state/views/config_event.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

json::value member(const json::object& said, std::string_view name) {
  const json::value* value = said.if_contains(name);
  return value == nullptr ? json::value(nullptr) : *value;
}

void tell_booking(Folding& folding, const json::object& said) {
  const std::string uid = said_text(said, "uid");
  folding.out.summary.subject = uid;
  auto row = load_booking(folding.views, uid);
  if (!row || !row->erased || row->told_erased) return folding.no_change("told already, or nothing to tell");
  row->told_erased = true;
  folding.views.put(booking_row_key(uid), encode(*row));
  if (row->key.empty()) return folding.no_change("no event ever told of it");
  const Chain chain = walk_up(folding.views, *row, uid);
  const json::object detail{{"firstPrice", member(said, "price")}, {"currency", member(said, "currency")}};
  Draft draft{Topic::bookings,         row->key, "booking.erased", uid,
              folding.record.received, {},       "detail",         json::serialize(detail)};
  const std::string looks = render(*row, chain.root).json;
  draft.booking = looks;
  draft.states.push_back({BookingUid{uid}, {}});  // no value: a tombstone
  emit(folding, std::move(draft));
}

void tell_person(Folding& folding, const json::object& said) {
  json::object detail;
  for (const char* name : {"person", "records", "events", "bookings", "upto"})
    detail[name] = member(said, name);
  const std::string tag = said_text(said, "person");
  folding.out.summary.subject = tag;
  const std::string identity = "subject.erased/" + tag + "/" + json::serialize(detail["upto"]);
  if (!first_telling(folding.views, identity, folding.as_of))  // a kill between telling and noting it
    return folding.no_change("told already");
  emit(folding, {Topic::system,
                 "subject.erased",
                 "subject.erased",
                 tag,
                 folding.record.received,
                 {},
                 "system",
                 json::serialize(detail)});
}

}  // namespace

std::string erased_record(const ErasedBooking& booking) {
  return json::serialize(json::object{
      {"record", "booking.erased"},
      {"uid", booking.uid},
      {"price", booking.price ? json::value(*booking.price) : json::value(nullptr)},
      {"currency", booking.currency.empty() ? json::value(nullptr) : json::value(booking.currency)}});
}

std::string erased_record(const ErasedPerson& person) {
  return json::serialize(json::object{{"record", "person.erased"},
                                      {"person", person.tag},
                                      {"records", person.records},
                                      {"events", person.events},
                                      {"bookings", person.bookings},
                                      {"upto", person.upto}});
}

void fold_erasure(Folding& folding, const json::object& said) {
  const std::string record = said_text(said, "record");
  if (record == "booking.erased" && !said_text(said, "uid").empty()) tell_booking(folding, said);
  if (record == "person.erased" && !said_text(said, "person").empty()) tell_person(folding, said);
}

}  // namespace calsync
