#include "config/plan/impact.hpp"

#include "config/resources/values.hpp"
#include "state/events/email.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

bool among(const std::vector<std::string>& emails, std::string_view email) {
  return std::ranges::any_of(emails, [&](const std::string& one) { return equal_ignoring_case(one, email); });
}

bool changes_field(const Change& change, std::string_view name) {
  const std::string pointer = "/" + std::string(name);
  return std::ranges::any_of(change.fields, [&](const FieldChange& field) {
    return field.pointer == pointer || field.pointer.starts_with(pointer + "/");
  });
}

// What will be live. Fields whose insides change are of no concern here.
json::object after(const Change& change, const Resource& there) {
  json::object out = there.fields;
  for (const FieldChange& field : change.fields)
    if (field.pointer.find('/', 1) == std::string::npos) out[field.pointer.substr(1)] = field.to;
  return out;
}

std::vector<std::string> hosts_in(const json::object& fields) {
  std::vector<std::string> out;
  if (const json::array* hosts = list_in(fields, "hosts"))
    for (const auto& one : *hosts)
      if (one.is_object()) out.push_back(text_in(one.get_object(), "user"));
  return out;
}

bool offers(const json::object& fields, std::int64_t minutes) {
  if (number_in(fields, "lengthInMinutes") == minutes) return true;
  const json::array* options = list_in(fields, "lengthInMinutesOptions");
  return options != nullptr && std::ranges::any_of(*options, [&](const json::value& one) {
           return one.is_int64() && one.get_int64() == minutes;
         });
}

using Known = Impacts::Known;

class Look {
 public:
  Look(const Change& change, const Resource* there, const Resources& live, const LocalTime& local_time)
      : change_(change), there_(there), live_(live), local_time_(local_time) {
    if (there != nullptr) after_ = after(change, *there);
  }

  [[nodiscard]] bool touches(const Known& known) const {
    const std::string_view kind = change_.kind->name;
    if (kind == "outOfOffice") return is_time_off_over(known);
    if (there_ == nullptr) return false;
    if (kind == "eventType") return loses_service(known);
    if (kind == "schedule") return loses_hours(known);
    if (kind == "user") return loses_default(known);
    if (kind == "membership") return takes_away(change_) && loses_member(known);
    return kind == "team" && takes_away(change_) && is_of_team(known, text_in(there_->fields, "slug"));
  }

 private:
  [[nodiscard]] static bool is_of_team(const Known& known, const std::string& slug) {
    return known.service != nullptr && text_in(known.service->fields, "team") == slug;
  }

  // Gone, hidden, no longer of that length, or without one of its hosts.
  [[nodiscard]] bool loses_service(const Known& known) const {
    if (known.service == nullptr || known.service->address != there_->address) return false;
    const FutureBooking& booking = known.booking;
    if (takes_away(change_)) return true;
    if (changes_field(change_, "hidden") && true_in(after_, "hidden")) return true;
    const auto minutes =
        std::chrono::duration_cast<std::chrono::minutes>(booking.end - booking.start).count();
    const bool lengths =
        changes_field(change_, "lengthInMinutes") || changes_field(change_, "lengthInMinutesOptions");
    if (lengths && offers(there_->fields, minutes) && !offers(after_, minutes)) return true;
    const bool hosts = changes_field(change_, "hosts") || changes_field(change_, "assignAllTeamMembers");
    return hosts && loses_host(booking);
  }
  [[nodiscard]] bool loses_host(const FutureBooking& booking) const {
    if (true_in(after_, "assignAllTeamMembers")) return false;
    const bool all = true_in(there_->fields, "assignAllTeamMembers");
    const auto before = hosts_in(there_->fields), now = hosts_in(after_);
    return std::ranges::any_of(booking.hosts, [&](const std::string& host) {
      return (all || among(before, host)) && !among(now, host);
    });
  }

  [[nodiscard]] bool loses_member(const Known& known) const {
    return among(known.booking.hosts, text_in(there_->fields, "user")) &&
           is_of_team(known, text_in(there_->fields, "team"));
  }

  [[nodiscard]] const json::object* fields_at(const std::string& address) const {
    const auto at = live_.find(address);
    return at == live_.end() ? nullptr : &at->second.fields;
  }
  // By the event type, else by the person's default; where neither is known it may be any of them.
  [[nodiscard]] bool goes_by(const Known& known, const std::string& user, const std::string& schedule) const {
    if (known.service != nullptr && !text_in(known.service->fields, "schedule").empty())
      return text_in(known.service->fields, "schedule") == schedule;
    const json::object* person = fields_at("user/" + user);
    const std::string own = person == nullptr ? std::string() : text_in(*person, "defaultSchedule");
    return own.empty() || own == schedule;
  }
  [[nodiscard]] bool loses(const FutureBooking& booking, const json::object& before,
                           const json::object* now) const {
    if (!is_open_then(before, booking.start, booking.end, local_time_)) return false;
    return now == nullptr || !is_open_then(*now, booking.start, booking.end, local_time_);
  }
  [[nodiscard]] bool loses_hours(const Known& known) const {
    const std::string user = text_in(there_->fields, "user");
    return among(known.booking.hosts, user) && goes_by(known, user, text_in(there_->fields, "name")) &&
           loses(known.booking, there_->fields, takes_away(change_) ? nullptr : &after_);
  }
  // Another default schedule with other hours. One that is made by the same plan is not known yet: nothing is said of it.
  [[nodiscard]] bool loses_default(const Known& known) const {
    if (!changes_field(change_, "defaultSchedule")) return false;
    const std::string user = text_in(there_->fields, "email"),
                      own = text_in(there_->fields, "defaultSchedule");
    const json::object* before = fields_at("schedule/" + user + "/" + own);
    const json::object* now = fields_at("schedule/" + user + "/" + text_in(after_, "defaultSchedule"));
    return before != nullptr && now != nullptr && among(known.booking.hosts, user) &&
           goes_by(known, user, own) && loses(known.booking, *before, now);
  }

  // Days are the person's own; where their zone is not known, UTC's.
  [[nodiscard]] bool is_time_off_over(const Known& known) const {
    if (change_.action != Action::create) return false;
    const auto word = [&](std::string_view pointer) {
      for (const FieldChange& field : change_.fields)
        if (field.pointer == pointer && field.to.is_string()) return std::string(field.to.get_string());
      return std::string();
    };
    const std::string user = word("/user"), first = word("/start"), last = word("/end");
    if (!among(known.booking.hosts, user)) return false;
    const json::object* person = fields_at("user/" + lower_ascii(user));
    const std::string zone = person == nullptr ? "UTC" : text_in(*person, "timeZone");
    const auto day = [&](Instant instant) {
      return local_time_(instant, zone).value_or(to_text(instant)).substr(0, first.size());
    };
    return day(known.booking.start) <= last && day(known.booking.end - std::chrono::milliseconds{1}) >= first;
  }

  const Change& change_;
  const Resource* there_;
  const Resources& live_;
  const LocalTime& local_time_;
  json::object after_;
};

// The API tells no price of a booking: then what its event type asks for.
void add_price(Impact& out, const Known& known) {
  std::optional<std::int64_t> price = known.booking.price;
  std::string currency = known.booking.currency;
  if (!price && known.service != nullptr) {
    price = number_in(known.service->fields, "price");
    currency = text_in(known.service->fields, "currency");
  }
  if (!price || *price <= 0) return;
  for (char& c : currency)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  std::int64_t& sum = out.amounts[currency];
  if (__builtin_add_overflow(sum, *price, &sum)) sum = std::numeric_limits<std::int64_t>::max();
}

// By Cal.com's number, else by the slug, where only one has it.
class Services {
 public:
  explicit Services(const Resources& live) {
    for (auto at = live.lower_bound("eventType/"); at != live.end() && at->first.starts_with("eventType/");
         ++at) {
      by_id_.emplace(at->second.id, &at->second);
      const auto [slug, is_new] = by_slug_.emplace(text_in(at->second.fields, "slug"), &at->second);
      if (!is_new) slug->second = nullptr;
    }
  }
  [[nodiscard]] const Resource* of(const FutureBooking& booking) const {
    const auto& names = booking.event_type_id.empty() ? by_slug_ : by_id_;
    const auto at = names.find(booking.event_type_id.empty() ? booking.event_type : booking.event_type_id);
    return at == names.end() ? nullptr : at->second;
  }

 private:
  std::map<std::string, const Resource*> by_id_, by_slug_;
};

}  // namespace

bool may_touch_bookings(const Change& change) {
  const std::string_view kind = change.kind->name;
  if (kind == "outOfOffice") return change.action == Action::create;
  if (change.action == Action::create) return false;
  if (takes_away(change))
    return kind == "eventType" || kind == "schedule" || kind == "membership" || kind == "team";
  const auto any = [&](std::initializer_list<std::string_view> names) {
    return std::ranges::any_of(names, [&](std::string_view name) { return changes_field(change, name); });
  };
  if (kind == "eventType")
    return any({"hidden", "lengthInMinutes", "lengthInMinutesOptions", "hosts", "assignAllTeamMembers"});
  if (kind == "schedule") return any({"availability", "overrides", "timeZone"});
  return kind == "user" && any({"defaultSchedule"});
}

Impacts::Impacts(const Resources& live, std::vector<FutureBooking> bookings, LocalTime local_time)
    : live_(live), local_time_(std::move(local_time)) {
  const Services services(live);
  for (FutureBooking& booking : bookings) {
    const Resource* service = services.of(booking);
    bookings_.push_back({std::move(booking), service});
  }
  std::ranges::sort(bookings_, {},
                    [](const Known& one) { return std::tie(one.booking.start, one.booking.uid); });
}

Impact Impacts::of(const Change& change, const Resource* there) const {
  Impact out;
  if (!may_touch_bookings(change)) return out;
  const Look look(change, there, live_, local_time_);
  std::set<std::string> people;
  for (const Known& known : bookings_) {
    if (!look.touches(known)) continue;
    const FutureBooking& booking = known.booking;
    out.bookings.push_back({booking.uid, booking.title, to_text(booking.start)});
    for (const auto* list : {&booking.hosts, &booking.clients})
      for (const auto& email : *list) people.insert(lower_ascii(email));
    add_price(out, known);
  }
  people.erase("");
  out.people.assign(people.begin(), people.end());
  return out;
}

}  // namespace calsync
