// Configurations at random that Cal.com can have, made of every kind: as files would state them.
#pragma once
#include "tests/config/desired/read_text.hpp"

#include <random>

namespace calsync {

class RandomOrganisation {
 public:
  explicit RandomOrganisation(std::uint64_t seed) : random_(seed) {}

  std::string text() {
    out_ =
        "policy: {removal: {teams: delete, schedules: delete, memberships: delete, eventTypes: delete, "
        "workflows: delete, "
        "webhooks: delete, outOfOffice: delete}}\n";
    teams();
    people();
    services();
    messages();
    others();
    return out_;
  }

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool coin() { return below(2) == 0; }
  std::string pick(std::initializer_list<const char*> words) {
    return *(words.begin() + static_cast<std::ptrdiff_t>(below(words.size())));
  }
  // " name: value" now and then.
  std::string maybe(const std::string& member) { return coin() ? ", " + member : ""; }

  void teams() {
    teams_ = 1 + below(3);
    out_ += "teams:\n";
    for (std::uint64_t t = 0; t < teams_; ++t)
      out_ += "  - {slug: team-" + std::to_string(t) + ", name: Team " + pick({"A", "B", "Ü"}) +
              maybe("bio: \"" + pick({"x", "y z"}) + "\"") +
              maybe("timeZone: " + pick({"Europe/Berlin", "Asia/Seoul"})) +
              maybe("weekStart: " + pick({"Monday", "Sunday"})) +
              maybe("isPrivate: " + pick({"true", "false"})) +
              maybe("brandColor: \"" + pick({"#112233", "#AABBCC"}) + "\"") + "}\n";
  }

  void people() {
    people_ = 1 + below(4);
    out_ += "schedules:\n";
    for (int s = 0; s < 2; ++s)
      out_ += "  - {name: Hours " + std::to_string(s) +
              ", timeZone: " + pick({"Europe/London", "Africa/Lagos"}) + ", availability: [{days: [Monday, " +
              pick({"Tuesday", "Friday"}) + "], startTime: \"09:00\", endTime: \"" +
              pick({"12:00", "13:30"}) + "\"}, {days: [Monday], startTime: \"14:00\", endTime: \"17:00\"}]" +
              maybe("overrides: [{date: \"2027-03-0" + pick({"1", "2"}) +
                    "\", startTime: \"00:00\", endTime: \"00:00\"}]") +
              "}\n";
    out_ += "users:\n  - {email: owner@quill.test}\n";
    for (std::uint64_t p = 0; p < people_; ++p) {
      out_ += "  - {email: p" + std::to_string(p) + "@quill.test" +
              maybe("timeZone: " + pick({"Europe/Berlin", "America/New_York"})) +
              maybe("bio: " + pick({"one", "two"})) + maybe("timeFormat: " + pick({"12", "24"})) +
              maybe("locale: " + pick({"de", "en"})) +
              maybe("organizationRole: " + pick({"ADMIN", "MEMBER"})) + ", schedules: [Hours 0" +
              maybe("Hours 1") + "]" + maybe("defaultSchedule: Hours 0") + ", teams: [";
      for (std::uint64_t t = 0; t < teams_; ++t)
        out_ += std::string(t == 0 ? "" : ", ") + "{team: team-" + std::to_string(t) +
                ", role: " + pick({"MEMBER", "ADMIN"}) + "}";
      out_ += "]}\n";
    }
  }

  void services() {
    out_ +=
        "eventTypes:\n  - {team: team-0, slug: always, title: Always, lengthInMinutes: 15, schedulingType: "
        "collective}\n";
    if (coin())
      out_ += "  - {user: owner@quill.test, slug: own, title: " + pick({"A", "B"}) + ", lengthInMinutes: 30" +
              maybe("description: " + pick({"d", "e"})) + maybe("hidden: " + pick({"true", "false"})) + "}\n";
    for (std::uint64_t e = below(5); e > 0; --e) {
      const std::string type = pick({"roundRobin", "collective"});
      const bool seats = below(5) == 0;
      out_ += "  - {team: team-" + std::to_string(below(teams_)) + ", slug: service-" + std::to_string(e) +
              ", title: Service " + pick({"A", "B"}) + ", lengthInMinutes: 30, schedulingType: " + type +
              maybe("lengthInMinutesOptions: [30, 60]") + hosts(type) +
              maybe("description: \"" + pick({"d", "e <b>f</b>"}) + "\"") +
              maybe("hidden: " + pick({"true", "false"})) +
              maybe("minimumBookingNotice: " + pick({"0", "120", "600"})) +
              maybe("beforeEventBuffer: " + pick({"0", "10"})) +
              maybe("slotInterval: " + pick({"15", "30"})) +
              maybe("disableGuests: " + pick({"true", "false"})) +
              maybe("bookingLimitsCount: {day: " + pick({"3", "4"}) + maybe("week: 9") + "}") +
              maybe("bookingWindow: {type: calendarDays, value: " + pick({"30", "60"}) + ", rolling: true}") +
              maybe("bookingFields: [{type: text, slug: topic, label: " + pick({"Topic", "Thema"}) +
                    ", required: " + pick({"true", "false"}) + ", placeholder: \"\"}" +
                    maybe("{slug: notes, required: true}") + "]") +
              (seats ? ", seats: {seatsPerTimeSlot: 4, showAttendeeInfo: true, showAvailabilityCount: true}, "
                       "confirmationPolicy: {disabled: true}"
                     : maybe("confirmationPolicy: {type: always, blockUnconfirmedBookingsInBooker: " +
                             pick({"true", "false"}) + "}, seats: {disabled: true}")) +
              maybe("color: {lightThemeHex: \"#fafafa\", darkThemeHex: \"#292929\"}") +
              maybe("successRedirectUrl: \"https://x.test/ok\"") + "}\n";
    }
  }

  std::string hosts(const std::string& type) {
    if (below(3) == 0) return ", assignAllTeamMembers: true";
    std::string out = ", hosts: [";
    for (std::uint64_t p = 0; p < people_; ++p)
      if (p == 0 || coin())
        out += std::string(p == 0 ? "" : ", ") + "{user: p" + std::to_string(p) + "@quill.test" +
               (type == "roundRobin" ? maybe("priority: " + pick({"low", "high"})) : "") + "}";
    return out + "]";
  }

  void messages() {
    out_ += "workflows:\n";
    for (std::uint64_t w = below(3); w > 0; --w)
      out_ +=
          "  - {team: team-0, name: Reminder " + std::to_string(w) +
          ", activation: " + pick({"{isActiveOnAllEventTypes: true}", "{eventTypes: [always]}"}) +
          ", trigger: " + pick({"{type: newEvent}", "{type: beforeEvent, offset: {value: 24, unit: hour}}"}) +
          ", steps: [{stepNumber: 1, action: email_attendee, recipient: attendee, template: custom, sender: "
          "S, message: {subject: " +
          pick({"s", "t"}) + ", html: \"<p>h</p>\"}}]}\n";
  }

  void others() {
    out_ += "webhooks:\n";
    if (coin())
      out_ += "  - {scope: organization, subscriberUrl: \"https://x.test/h\", active: " +
              pick({"true", "false"}) + ", triggers: [BOOKING_CREATED" + maybe("BOOKING_PAID") + "]}\n";
    if (coin())
      out_ += "  - {eventType: team-0/always, subscriberUrl: \"https://x.test/" + pick({"h", "i"}) +
              "\", active: " + pick({"true", "false"}) + ", triggers: [BOOKING_CREATED" +
              maybe("BOOKING_PAID") + "]}\n";
    out_ += "outOfOffice:\n";
    if (coin())
      out_ += "  - {user: p0@quill.test, start: \"2027-01-0" + pick({"1", "2"}) + "\", end: \"2027-01-05\"" +
              maybe("reason: " + pick({"vacation", "sick"})) + maybe("notes: " + pick({"n", "m"})) + "}\n";
  }

  std::mt19937_64 random_;
  std::string out_;
  std::uint64_t teams_ = 0, people_ = 0;
};

}  // namespace calsync
