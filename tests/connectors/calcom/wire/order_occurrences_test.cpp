// As order_test.cpp, with what happens beside a booking's own life, and with ends that contradict each other.
#include "tests/connectors/calcom/wire/any_order.hpp"

namespace calsync {
namespace {

bool one_in(std::mt19937& random, unsigned n) {
  return random() % n == 0;
}

// A booking that is paid, moved, held and recorded; each part may be missing.
History life_history(std::mt19937& random) {
  History out;
  int at = 1;
  std::string uid = "a", old;
  if (one_in(random, 2)) out.push_back(requested(uid, at++));
  if (one_in(random, 2)) out.push_back(payment_initiated(uid, at++, 17));
  out.push_back(created(uid, at++));
  if (one_in(random, 2)) out.push_back(paid(uid, at++, 17));
  if (one_in(random, 2)) {
    old = uid;
    uid = "b";
    out.push_back(rescheduled(uid, old, at++));
  }
  for (const std::string trigger : {"MEETING_STARTED", "MEETING_ENDED"})
    if (one_in(random, 2)) out.push_back(meeting(trigger, uid, at++, old));
  for (const std::string trigger : {"RECORDING_READY", "RECORDING_TRANSCRIPTION_GENERATED"})
    for (const std::string name : {"1", "2"})
      if (one_in(random, 2)) out.push_back(recording(trigger, uid, at++, name));
  for (const std::string host : {"ana@house.test", "bo@client.test"})
    if (one_in(random, 3)) out.push_back(nobody_came("AFTER_HOSTS_CAL_VIDEO_NO_SHOW", uid, at++, host));
  if (one_in(random, 3)) out.push_back(nobody_came("AFTER_GUESTS_CAL_VIDEO_NO_SHOW", uid, at++, ""));
  if (one_in(random, 2)) out.push_back(no_show(uid, at++, true));
  return out;
}

// A booking that is moved, and several deliveries that say how it, and the one before it, ended.
History ends_history(std::mt19937& random) {
  History out;
  int at = 1;
  out.push_back(requested("a", at++));
  if (one_in(random, 2)) out.push_back(created("a", at++));
  for (int i = 0; i < 6; ++i) {
    const std::string uid = one_in(random, 3) ? "a" : "b";
    switch (random() % 5) {
      case 0:
        out.push_back(rejected(uid, at++));
        break;
      case 1:
        out.push_back(cancelled(uid, at++));
        break;
      case 2:
        out.push_back(reschedule_requested(uid, at++));
        break;
      case 3:
        out.push_back(meeting("MEETING_STARTED", "b", at++, "a"));
        break;
      default:
        out.push_back(rescheduled("b", "a", at++));
    }
  }
  return out;
}

// What concerns no booking. The same answers, and the same unknown content, further apart than a minute.
History other_history(std::mt19937& random) {
  History out;
  int at = 1;
  for (int i = 0; i < 5; ++i, at += 2) {
    if (one_in(random, 2)) out.push_back(form("f", at, "same"));
    if (one_in(random, 3)) out.push_back(form("f", at, "other"));
    if (one_in(random, 2)) out.push_back(form_without_booking("f", at, 1 + i % 2));
    if (one_in(random, 2)) out.push_back({"BOOKING_LOCATION_UPDATED", minute(at), R"("uid":"a")"});
    if (one_in(random, 2)) out.push_back(time_off("u", at, "2026-12-2" + std::to_string(i % 3)));
  }
  out.push_back(time_off("v", at, "2026-12-20"));
  return out;
}

TEST(AnyOrder, OfPaymentsMeetingsRecordingsAndAbsencesTellsEachOnce) {
  holds_for(life_history);
}
TEST(AnyOrder, OfRejectionsAndCancellationsEndsInTheSameState) {
  holds_for(ends_history);
}
TEST(AnyOrder, OfFormsTimeOffAndUnknownTriggersTellsEachOnce) {
  holds_for(other_history);
}

}  // namespace
}  // namespace calsync
