// The sandbox against a running Cal.com: 317 recorded requests in their order. Each must be answered with the recorded
// status, keys and JSON types, and (but for bookings, whose values are only counted) with the recorded values too.
#include "connectors/calcom/sandbox/routes.hpp"
#include "connectors/calcom/sandbox/starting_world.hpp"
#include "connectors/calcom/sandbox/ui_changes.hpp"
#include "tests/connectors/calcom/sandbox/replay/compare.hpp"
#include "tests/connectors/calcom/sandbox/replay/edits.hpp"
#include "tests/connectors/calcom/sandbox/replay/recording.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <utility>

namespace {

namespace json = boost::json;
using namespace calsync;
using namespace calsync::replay;
using namespace std::chrono_literals;

// Answers that cannot be had again, and why. Nothing else may differ.
const std::map<int, const char*> exceptions{
    {118, "the second of a list in the order of UUIDs, which are random"},
    {187, "the recorded server reassigned the booking and failed after that: 500; this one does not fail"},
    {188, "as #187"},
};

constexpr std::size_t booking_floor = 73;  // of the recorded requests to …/bookings: only ever raised
constexpr const char* owner_key = "cal_live_example";

bool of_bookings(const Exchange& one) {
  return one.path.find("/bookings") != std::string::npos;
}

struct RecordedClock final : Clock {
  Instant wall() override { return now; }
  std::chrono::steady_clock::time_point steady() override { return timer; }
  Instant now{};
  std::chrono::steady_clock::time_point timer{};
};

class Replay {
 public:
  Replay() {
    sandbox::begin(
        world_, {owner_key, "cal_fedcba9876543210fedcba9876543210", "cal_00000000000000000000000000000bad"});
    world_.bookings.next_id = 3;  // two were made, and were gone, before the recording began
    if (const char* file = std::getenv("CALSYNC_REPLAY_ANSWERS")) answers_.open(file);
  }

  Difference play(const Exchange& one) {
    if (const auto at = parse_instant(one.at)) clock_.now = std::max(clock_.now + 1ms, *at);
    edit_before(one, world_);
    // The recording tells when a window of the limit began, but not when it ended.
    if (one.key == owner_key && one.remaining == 119) clock_.timer += 61s;
    const sandbox::Answer answer = ask(one);
    Difference difference = compare(kind_of(one.path), one.answer, answer.body, ids_);
    if (answer.status != one.status)
      difference.shape.insert(
          difference.shape.begin(),
          "status: " + std::to_string(one.status) + " recorded, " + std::to_string(answer.status) + " here");
    compare_limit(one, answer, difference);
    return difference;
  }
  std::size_t miscounted = 0;              // X-RateLimit-Remaining-Default
  std::vector<sandbox::Notice> notices{};  // of the last request

  void take_time_off_in_the_web_page() {
    sandbox::set_out_of_office(world_, {{"email", "edith.editor@quill.test"},
                                        {"start", "2027-02-01"},
                                        {"end", "2027-02-05"},
                                        {"reason", "vacation"},
                                        {"notes", "skiing"},
                                        {"toEmail", "erik@quill.test"}});
    notices = std::exchange(world_.notices, {});
  }

  Difference against(const std::string& delivery) {
    std::ifstream file(CALSYNC_SOURCE_DIR "/tests/fixtures/recorded/" + delivery);
    std::stringstream text;
    text << file.rdbuf();
    const json::value recorded = json::parse(text.str());
    if (const auto* payload = recorded.as_object().if_contains("payload"))
      return notices.size() == 1 ? compare("", *payload, notices.front().payload, ids_)
                                 : Difference{{std::to_string(notices.size()) + " notices"}, {}};
    // Flat: what was kept, when the booking was made or confirmed, for the hour in which it begins.
    json::object kept;
    for (const auto& [id, row] : world_.bookings.rows())
      if (row.contains("_meeting")) kept = row.at("_meeting").as_object();
    kept["triggerEvent"] = recorded.at("triggerEvent");
    return compare("", recorded, kept, ids_);
  }

 private:
  sandbox::Answer ask(const Exchange& one) {
    sandbox::Request request = sandbox::request_for(one.method, ids_.target(one.path));
    request.version = one.version;
    request.api_key = one.key;
    const std::string body = !one.body               ? std::string{}
                             : one.body->is_string() ? std::string(one.body->get_string())
                                                     : json::serialize(ids_.body(*one.body));
    const sandbox::Answer answer = sandbox::handle(world_, request, body);
    if (answers_.is_open())
      answers_ << json::serialize(json::object{{"n", one.number},
                                               {"method", one.method},
                                               {"target", request.target},
                                               {"version", one.version},
                                               {"status", answer.status},
                                               {"answer", answer.body}})
               << '\n';
    notices = std::exchange(world_.notices, {});
    return answer;
  }

  void compare_limit(const Exchange& one, const sandbox::Answer& answer, Difference& difference) {
    const auto at = std::find_if(answer.headers.begin(), answer.headers.end(), [](const auto& header) {
      return header.first == "X-RateLimit-Remaining-Default";
    });
    if (one.remaining.has_value() != (at != answer.headers.end()))
      difference.shape.emplace_back(one.remaining ? "X-RateLimit headers: only recorded"
                                                  : "X-RateLimit headers: only here");
    // Exact only when every request before was counted, as the recorded ones were.
    else if (one.key == owner_key && one.remaining && at->second != std::to_string(*one.remaining))
      ++miscounted;
  }

  RecordedClock clock_;
  sandbox::World world_{clock_};
  Ids ids_;
  std::ofstream answers_;  // for the check against Cal.com's own schema
};

std::string shown(const Exchange& one, const std::vector<std::string>& differences) {
  std::string text = "#" + std::to_string(one.number) + " " + one.method + " " + one.path + "\n";
  for (std::size_t i = 0; i < std::min<std::size_t>(differences.size(), 6); ++i)
    text += "    " + differences[i] + "\n";
  return text;
}

TEST(SandboxReplay, AnswersAreTheRecordedOnesInStatusKeysAndTypes) {
  Replay replay;
  const auto recording = read_recording();
  ASSERT_EQ(recording.size(), 317U);
  std::size_t same = 0, same_values = 0, same_bookings = 0, bookings = 0;
  const bool verbose = std::getenv("CALSYNC_REPLAY_VERBOSE") != nullptr;
  for (const Exchange& one : recording) {
    const Difference difference = replay.play(one);
    const bool booking = of_bookings(one), fits = difference.shape.empty();
    same += fits ? 1 : 0;
    same_values += fits && difference.values.empty() ? 1 : 0;
    bookings += booking ? 1 : 0;
    same_bookings += booking && fits ? 1 : 0;
    if (verbose && !fits) std::cout << shown(one, difference.shape);
    if (verbose && !difference.values.empty()) std::cout << "values " << shown(one, difference.values);
    if (booking || exceptions.contains(one.number)) continue;
    EXPECT_TRUE(fits) << shown(one, difference.shape);
    EXPECT_TRUE(difference.values.empty()) << shown(one, difference.values);
  }
  std::cout << "recorded answers: " << same << " of 317 with the same status, keys and types, " << same_values
            << " with the same values too; of bookings " << same_bookings << " of " << bookings
            << "; the limit's count differs in " << replay.miscounted << "\n";
  for (const auto& [number, why] : exceptions) std::cout << "  not #" << number << ": " << why << "\n";
  EXPECT_GE(same_bookings, booking_floor);
}

// The hour's own members are as in the database; the event type's questions there have more than the API shows.
bool expected_in_meeting(const std::string& difference) {
  return difference.starts_with("/eventType/bookingFields/");
}

TEST(SandboxReplay, NoticesHaveTheKeysAndTypesOfTheRecordedDeliveries) {
  const std::map<int, std::vector<const char*>> deliveries{
      {156, {"01-BOOKING_CREATED.raw"}},
      {157, {"02-BOOKING_CREATED.raw"}},
      {171, {"04-BOOKING_CANCELLED.raw"}},
      {173, {"05-BOOKING_CANCELLED.raw"}},
      {186, {"19-MEETING_STARTED.raw", "20-MEETING_ENDED.raw"}},
      {192, {"07-BOOKING_REQUESTED.raw"}},
      {193, {"08-BOOKING_REJECTED.raw"}},
      {195, {"10-BOOKING_CREATED.raw", "22-MEETING_STARTED.raw"}},
      {246, {"11-BOOKING_CREATED.raw", "14-BOOKING_CREATED.raw"}},
      {251, {"17-OOO_CREATED.raw"}},
      {255, {"23-BOOKING_NO_SHOW_UPDATED.raw"}},
      {257, {"25-BOOKING_CREATED.raw"}},
      {259, {"26-BOOKING_CANCELLED.raw"}}};
  Replay replay;
  std::size_t compared = 0;
  for (const Exchange& one : read_recording()) {
    replay.play(one);
    if (one.number == 251) {
      EXPECT_TRUE(replay.against("16-BOOKING_CANCELLED.raw").shape.empty());
      replay.take_time_off_in_the_web_page();
    }
    const auto of = deliveries.find(one.number);
    if (of == deliveries.end()) continue;
    for (const char* delivery : of->second) {
      Difference difference = replay.against(delivery);
      std::erase_if(difference.shape, expected_in_meeting);
      EXPECT_TRUE(difference.shape.empty()) << delivery << " of " << shown(one, difference.shape);
      ++compared;
    }
  }
  EXPECT_EQ(compared, 16U);
}

}  // namespace
