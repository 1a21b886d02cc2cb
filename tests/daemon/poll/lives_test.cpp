// Bookings live, their webhooks are lost, doubled, reordered and late, the API fails now and then: once healed, each fact was
// told once, and what is known is what Cal.com has.
#include "tests/daemon/poll/polls.hpp"

#include <random>
#include <set>

namespace calsync {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view name) {
  return std::string(object.at(name).as_string());
}

class Lives : public Polls, public testing::WithParamInterface<unsigned> {
 protected:
  void SetUp() override {
    Polls::SetUp();
    random_.seed(GetParam());
    for (int id : {5, 6, 7})
      cal_.users.push_back(json::object{{"id", id}, {"email", editor(id)}, {"name", "Editor"}});
    cal_.fault = [this](std::string_view) -> std::optional<Error> {
      if (!faults_ || !chance(0.05)) return std::nullopt;
      return Error{Errc::timeout, "a fault of this test"};
    };
  }

  static std::string editor(int id) { return "e" + std::to_string(id) + "@quill.test"; }
  bool chance(double share) { return std::uniform_real_distribution<>(0, 1)(random_) < share; }
  std::size_t any(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }

  // --- Cal.com ---
  void create(bool asks) {
    const std::string uid = "u" + std::to_string(100 + ++made_);
    auto& row = cal_.add(uid, to_text(clock_.wall() + std::chrono::hours{24 + made_}));
    host(row, 5);
    row["status"] = asks ? "pending" : "accepted";
    cal_.touch(uid);
    living_.push_back(uid);
    tell(asks ? "BOOKING_REQUESTED" : "BOOKING_CREATED", uid);
  }
  static void host(json::object& row, int id) {
    row["hosts"] = json::array{
        json::object{{"id", id}, {"name", "Editor"}, {"email", editor(id)}, {"timeZone", "Europe/Berlin"}}};
  }
  void step() {
    if (living_.size() < 3 || chance(0.3)) return create(chance(0.3));
    const std::size_t at = any(living_.size());
    const std::string uid = living_[at];
    auto& row = cal_.bookings.at(uid);
    const bool pending = row["status"] == "pending";
    const auto what = any(5);
    if (pending && what < 3) {
      row["status"] = "accepted";
      cal_.touch(uid);
      tell("BOOKING_CREATED", uid);
    } else if (what == 0) {
      end(at, "cancelled");
      tell("BOOKING_CANCELLED", uid);
    } else if (what == 1) {
      reschedule(at);
    } else if (what == 2) {
      host(row, 5 + static_cast<int>(any(3)));  // no webhook tells it
      cal_.touch(uid);
    } else if (what == 3) {
      row["title"] = "Review " + std::to_string(any(1000));  // nor that
      cal_.touch(uid);
    }
  }
  void end(std::size_t at, const char* status) {
    cal_.bookings.at(living_[at])["status"] = status;
    cal_.touch(living_[at]);
    living_.erase(living_.begin() + static_cast<std::ptrdiff_t>(at));
  }
  void reschedule(std::size_t at) {
    const std::string old = living_[at], uid = "u" + std::to_string(100 + ++made_);
    json::object row = cal_.bookings.at(old);
    row["uid"] = uid;
    row["id"] = made_;
    const Instant start = clock_.wall() + std::chrono::hours{24 + made_};
    row["start"] = to_text(start);
    row["end"] = to_text(start + std::chrono::hours{1});
    row["rescheduledFromUid"] = old;
    cal_.bookings[uid] = std::move(row);
    cal_.bookings.at(old)["rescheduledToUid"] = uid;
    end(at, "cancelled");
    cal_.touch(uid);
    living_.push_back(uid);
    tell("BOOKING_RESCHEDULED", uid);
  }

  // --- its webhooks ---
  void tell(const std::string& trigger, const std::string& uid) {
    const auto& row = cal_.bookings.at(uid);
    const auto& host = row.at("hosts").at(0).as_object();
    std::string status = text_of(row, "status");
    for (char& c : status) c = static_cast<char>(std::toupper(c));
    json::object payload{
        {"uid", uid},
        {"bookingId", row.at("id")},
        {"title", row.at("title")},
        {"startTime", row.at("start")},
        {"endTime", row.at("end")},
        {"length", row.at("duration")},
        {"location", row.at("location")},
        {"status", status},
        {"organizer",
         {{"id", host.at("id")},
          {"name", "Editor"},
          {"email", host.at("email")},
          {"timeZone", "Europe/Berlin"}}},
        {"attendees", json::parse(R"([{"name":"Ana","email":"ana@client.test","timeZone":"Europe/Lisbon",
                                       "language":{"locale":"en"}}])")}};
    if (const auto* old = row.if_contains("rescheduledFromUid"); old && trigger == "BOOKING_RESCHEDULED") {
      payload["rescheduleUid"] = *old;
      payload["rescheduleStartTime"] = cal_.bookings.at(std::string(old->as_string())).at("start");
    }
    send(json::serialize(json::object{{"triggerEvent", trigger},
                                      {"createdAt", to_text(cal_.now + std::chrono::milliseconds{50})},
                                      {"payload", std::move(payload)}}));
  }
  void send(const std::string& body) {
    if (chance(0.1)) return;
    if (chance(0.05)) return late_.push_back(body);
    way_.push_back(body);
    if (chance(0.1)) way_.push_back(body);
    if (way_.size() > 1 && chance(0.1)) std::swap(way_.back(), way_[way_.size() - 2]);
    if (chance(0.7)) arrive(way_);
  }
  void arrive(std::vector<std::string>& bodies) {
    for (auto& body : std::exchange(bodies, {}))
      ASSERT_TRUE(log_->append_and_wait({.source = RecordSource::webhook,
                                         .source_id = {},
                                         .content_type = "application/json",
                                         .received = clock_.wall(),
                                         .body = std::move(body)}));
  }

  // --- calsync ---
  void poll_as_it_goes() {
    if (run_->watermark() ? run_->changed() : run_->sweep({})) heal();
  }
  void heal() {
    std::set<std::string> doubts = run_->take_doubts();
    for (events(); heard_ < log_->head().normalised;) {
      heard_ = next(heard_);
      const auto summary = log_->summary(heard_);
      if (summary && *summary && (*summary)->read_again) doubts.insert((*summary)->read_again->value());
    }
    for (const auto& uid : doubts) (void)run_->read(uid);  // one that fails is seen by the next poll
  }
  void live(int steps) {
    for (int i = 0; i < steps; ++i) {
      step();
      if (chance(0.15)) poll_as_it_goes();
    }
    arrive(way_);
    poll_as_it_goes();
    arrive(late_);
    faults_ = false;
    for (int i = 0; i < 2; ++i) {
      poll_as_it_goes();
      heal();
    }
  }

  void expect_what_cal_has() {
    (void)events();
    std::map<std::string, json::object> last;
    std::map<std::string, std::multiset<std::string>> told;
    const auto all = log_->read_events(EventSequence{1}, 10'000, 100'000'000);
    for (const auto& one : *all) {
      const auto value = json::parse(one.event.value).as_object();
      told[one.event.subject].insert(one.event.type);
      if (value.at("booking").is_object()) last[one.event.subject] = value.at("booking").as_object();
    }
    for (const auto& [uid, row] : cal_.bookings) {
      SCOPED_TRACE(uid + ": " + json::serialize(row));
      for (const char* once :
           {"booking.created", "booking.requested", "booking.confirmed", "booking.cancelled",
            "booking.rescheduled", "booking.rejected", "booking.vanished"})
        EXPECT_LE(told[uid].count(once), 1U) << once;
      if (row.contains("rescheduledToUid")) continue;  // told by the one that follows
      ASSERT_TRUE(last.contains(uid)) << "nothing was told";
      const auto& known = last.at(uid);
      for (const char* same : {"status", "title", "start", "end"})
        EXPECT_EQ(text_of(known, same), text_of(row, same)) << same;
      EXPECT_EQ(text_of(known.at("hosts").at(0).as_object(), "email"),
                text_of(row.at("hosts").at(0).as_object(), "email"));
    }
  }

  std::mt19937 random_;
  int made_ = 0;
  bool faults_ = true;
  std::vector<std::string> living_, way_, late_;
  RawSequence heard_;
};

TEST_P(Lives, AreToldOnceAndKnownAsTheyAre) {
  live(60);
  expect_what_cal_has();
  const auto raw = log_->head().raw;
  poll();
  EXPECT_EQ(log_->head().raw, raw) << "healed: another poll writes nothing";
}

INSTANTIATE_TEST_SUITE_P(Random, Lives, testing::Range(1U, 13U));

}  // namespace
}  // namespace calsync
