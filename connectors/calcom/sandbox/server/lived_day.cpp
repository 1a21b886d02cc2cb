#include "connectors/calcom/sandbox/server/lived_day.hpp"

#include "connectors/calcom/sandbox/availability.hpp"
#include "connectors/calcom/sandbox/row.hpp"
#include "connectors/calcom/sandbox/ui_changes.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

using namespace std::chrono;

struct Person {
  const char* name;
  const char* local;
  const char* zone;
};
constexpr Person editors[] = {{"Hana Veselá", "hana.vesela", "Europe/Prague"},
                              {"Tomás Iglesias", "tomas.iglesias", "Europe/Madrid"},
                              {"Priya Raman", "priya.raman", "Asia/Kolkata"},
                              {"Jonas Lindqvist", "jonas.lindqvist", "Europe/Stockholm"},
                              {"Aoife Brennan", "aoife.brennan", "Europe/Dublin"},
                              {"Marek Zieliński", "marek.zielinski", "Europe/Warsaw"}};
constexpr Person clients[] = {{"Lena Fischer", "lena.fischer@uni-heidelberg.example", "Europe/Berlin"},
                              {"Omar Haddad", "o.haddad@columbia.example", "America/New_York"},
                              {"Mei Tanaka", "mei.tanaka@kyoto.example", "Asia/Tokyo"},
                              {"Ana Souza", "ana.souza@usp.example", "America/Sao_Paulo"},
                              {"Kwame Mensah", "k.mensah@legon.example", "Africa/Accra"},
                              {"Ingrid Dahl", "ingrid.dahl@uio.example", "Europe/Oslo"},
                              {"Paul Girard", "p.girard@sorbonne.example", "Europe/Paris"}};
constexpr const char* services[] = {
    R"({"lengthInMinutes":60,"title":"Manuscript review","slug":"manuscript-review","schedulingType":"roundRobin",
        "minimumBookingNotice":0,"assignAllTeamMembers":true,"bookingFields":[{"type":"text","slug":"manuscript-id",
        "label":"Manuscript id","required":true,"placeholder":"MS-1"},{"type":"select","slug":"service","label":"Service",
        "required":false,"placeholder":"","options":["Proofreading","Copy editing","Deep edit"]}]})",
    R"({"lengthInMinutes":30,"title":"Question about an edit","slug":"edit-question","schedulingType":"roundRobin",
        "minimumBookingNotice":0,"assignAllTeamMembers":true})",
    R"({"lengthInMinutes":60,"title":"Dissertation review","slug":"dissertation-review","schedulingType":"roundRobin",
        "minimumBookingNotice":0,"assignAllTeamMembers":true,"confirmationPolicy":{"type":"always",
        "blockUnconfirmedBookingsInBooker":true}})",
    R"({"lengthInMinutes":90,"title":"Thesis clinic","slug":"thesis-clinic","schedulingType":"roundRobin",
        "minimumBookingNotice":0,"assignAllTeamMembers":true,"seats":{"seatsPerTimeSlot":8,"showAttendeeInfo":false,
        "showAvailabilityCount":true}})",
    R"({"lengthInMinutes":45,"title":"Weekly writing coaching","slug":"weekly-coaching","schedulingType":"roundRobin",
        "minimumBookingNotice":0,"assignAllTeamMembers":true,"recurrence":{"interval":1,"occurrences":4,
        "frequency":"weekly"}})"};

class Day {
 public:
  Day(World& world, MovedClock& clock, std::string key)
      : world_(world), clock_(clock), key_(std::move(key)), chance_(world.seed) {}

  void found_agency() {
    for (const auto& [name, slug] :
         {std::pair{"Academic Editors", "academic-editors"}, std::pair{"Coaching", "coaching"}})
      teams_.push_back(id_of(ask("POST", org_ + "/teams", json::object{{"name", name}, {"slug", slug}})));
    for (const Person& editor : editors) hire(editor);
    for (const char* service : services)
      types_.push_back(id_of(ask("POST", org_ + "/teams/" + std::to_string(teams_.front()) + "/event-types",
                                 json::parse(service), "2024-06-14")));
  }

  void work(Instant from, Instant until) {
    const auto real = clock_.wall() - clock_.ahead;
    for (Instant at = from; at < until; at += minutes{10 + static_cast<int>(pick(20))}) {
      clock_.ahead = at - real;
      happen();
    }
    clock_.ahead = {};
  }

 private:
  Answer ask(std::string method, const std::string& target, json::value body,
             const char* version = "2024-08-13") {
    Request request = request_for(std::move(method), target);
    request.version = version;
    request.api_key = key_;
    request.body = std::move(body);
    return handle(world_, request);
  }

  static std::int64_t id_of(const Answer& answer) {
    const auto* data = answer.status < 300 ? answer.body.as_object().if_contains("data") : nullptr;
    return data != nullptr && data->is_object() ? number_of(data->get_object(), "id") : 0;
  }

  std::size_t pick(std::size_t of) { return chance_() % of; }

  void hire(const Person& editor) {
    const std::string email = std::string(editor.local) + "@marginquill.example";
    const auto id = id_of(ask("POST", org_ + "/users",
                              json::object{{"email", email}, {"timeZone", editor.zone}, {"timeFormat", 24}}));
    Row* user = world_.users.find(id);
    if (user == nullptr) return;
    (*user)["name"] = editor.name;  // only the person can set it
    for (const auto team : teams_)
      ask("POST", org_ + "/teams/" + std::to_string(team) + "/memberships",
          json::object{{"userId", id}, {"role", "MEMBER"}, {"accepted", true}});
    ask("POST", org_ + "/users/" + std::to_string(id) + "/schedules",
        json::object{{"name", "Office hours"}, {"timeZone", editor.zone}, {"isDefault", true}}, "2024-06-11");
    emails_.push_back(email);
  }

  void happen() {
    switch (pick(10)) {
      case 0:
        return change("/reschedule", json::object{{"start", to_text(free_start())},
                                                  {"reschedulingReason", "clashes with teaching"}});
      case 1:
        return change("/cancel", json::object{{"cancellationReason", "paper was withdrawn"}});
      case 2:
        return change("/reassign", json::object{});
      case 3:
        return decide();
      case 4:
        return absence();
      case 5:
        if (pick(4) == 0) return time_off();
        [[fallthrough]];
      default:
        book();
    }
  }

  // A time at which somebody has office hours, today or within two weeks.
  Instant free_start() {
    const auto now = clock_.wall();
    for (int tries = 0; tries < 200; ++tries) {
      const auto day = floor<days>(now) + days{pick(3) == 0 ? 0 : pick(14)};
      const Instant start =
          day + hours{7 + static_cast<int>(pick(9))} + minutes{30 * static_cast<int>(pick(2))};
      const Row* type = world_.event_types.find(types_.front());
      if (start > now && type != nullptr && is_bookable(world_, *type, {start, start + hours{1}}))
        return start;
    }
    return floor<days>(now) + days{7} + hours{10};
  }

  void book() {
    const Person& client = clients[pick(std::size(clients))];
    const auto type = types_[pick(types_.size())];
    json::object body{
        {"start", to_text(free_start())},
        {"eventTypeId", type},
        {"attendee", json::object{{"name", client.name}, {"email", client.local}, {"timeZone", client.zone}}},
        {"metadata", json::object{{"order", "A-" + std::to_string(1000 + pick(9000))}}}};
    if (type == types_.front())
      body["bookingFieldsResponses"] =
          json::object{{"manuscript-id", "MS-" + std::to_string(pick(900))}, {"service", "Copy editing"}};
    ask("POST", "/v2/bookings", std::move(body));
  }

  template <class Fits>
  std::string some_booking(const Fits& fits) {
    std::vector<std::string> uids;
    for (const auto& [id, row] : world_.bookings.rows())
      if (fits(row)) uids.emplace_back(text_of(row, "uid"));
    return uids.empty() ? "" : uids[pick(uids.size())];
  }

  void change(const char* what, json::object body) {
    const std::string now = to_text(clock_.wall());
    const auto uid = some_booking([&](const Row& row) {
      return text_of(row, "status") == "accepted" && text_of(row, "start") > now &&
             number_of(row, "_seats") == 0;
    });
    if (!uid.empty()) ask("POST", "/v2/bookings/" + uid + what, std::move(body));
  }

  void decide() {
    const auto uid = some_booking([](const Row& row) { return text_of(row, "status") == "pending"; });
    if (uid.empty()) return;
    const bool yes = pick(4) != 0;
    ask("POST", "/v2/bookings/" + uid + (yes ? "/confirm" : "/decline"),
        yes ? json::object{} : json::object{{"reason", "no editor for this field"}});
  }

  void absence() {
    const std::string now = to_text(clock_.wall());
    const auto uid = some_booking(
        [&](const Row& row) { return text_of(row, "status") == "accepted" && text_of(row, "start") < now; });
    const Row* booking =
        uid.empty() ? nullptr
                    : world_.bookings.find_if([&](const Row& row) { return text_of(row, "uid") == uid; });
    if (booking == nullptr) return;
    const json::value email = booking->at("attendees").as_array().front().at("email");
    ask("POST", "/v2/bookings/" + uid + "/mark-absent",
        json::object{{"attendees", json::array{json::object{{"email", email}, {"absent", true}}}}});
  }

  void time_off() {
    const auto first = floor<days>(clock_.wall()) + days{20 + pick(40)};
    set_out_of_office(world_, {{"email", emails_[pick(emails_.size())]},
                               {"start", to_text(Instant{first}).substr(0, 10)},
                               {"end", to_text(Instant{first + days{1 + pick(6)}}).substr(0, 10)},
                               {"reason", "vacation"},
                               {"notes", "back soon"}});
  }

  World& world_;
  MovedClock& clock_;
  std::string key_;
  const std::string org_ = "/v2/organizations/" + std::to_string(world_.organization_id);
  std::mt19937_64 chance_;
  std::vector<std::int64_t> teams_, types_;
  std::vector<std::string> emails_;
};

}  // namespace

void live_a_day(World& world, MovedClock& clock, const std::string& owner_key) {
  auto day = floor<days>(clock.wall()) - days{1};
  while (weekday{day} == Sunday || weekday{day} == Saturday) day -= days{1};
  const auto real = clock.wall();
  clock.ahead = (day + hours{6}) - real;
  Day lived(world, clock, owner_key);
  lived.found_agency();
  lived.work(day + hours{7}, day + hours{18});
  world.notices.clear();  // nobody subscribed then
}

}  // namespace calsync::sandbox
