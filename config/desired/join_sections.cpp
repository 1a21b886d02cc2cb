#include "config/desired/join_sections.hpp"

#include "config/resources/values.hpp"
#include "config/yaml/near_name.hpp"
#include "state/events/email.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

// E-mails are compared without case: Cal.com keeps them in lower case.
void lower_e_mails(std::span<const Field> fields, json::object& object) {
  for (const Field& field : fields) {
    json::value* value = object.if_contains(field.name);
    if (value == nullptr) continue;
    if (field.form == TextForm::e_mail && value->is_string())
      *value = lower_ascii(std::string(value->get_string()));
    if (field.type == FieldType::object && value->is_object())
      lower_e_mails(field.members, value->get_object());
    if (field.type == FieldType::list && value->is_array())
      for (json::value& item : value->get_array())
        if (item.is_object()) lower_e_mails(field.members.front().members, item.get_object());
  }
}

constexpr std::size_t copied_most = std::size_t{16}
                                    << 20U;  // bytes of schedules, one for each of their people

class Join {
 public:
  explicit Join(Reading& reading) : reading_(reading) {}

  Resources run(std::vector<Stated> stated) {
    for (Stated& one : stated)
      if (is_pattern(one)) keep_pattern(std::move(one));
    for (Stated& one : stated)
      if (one.kind != nullptr) take(std::move(one));
    return std::move(out_);
  }

 private:
  static bool is_pattern(const Stated& one) {
    return one.kind->name == "schedule" && !one.fields.contains("user") && !one.absent;
  }

  void keep_pattern(Stated&& one) {
    const std::string name = text_in(one.fields, "name");
    const Place place = one.place();
    const auto [at, is_new] = patterns_.try_emplace(name, std::move(one));
    if (!is_new)
      reading_.error(place, "the schedule " + shown_name(name) + " is stated twice: also in " +
                                at->second.place().text());
    one.kind = nullptr;  // taken
  }

  void take(Stated&& one) {
    lower_e_mails(one.kind->fields, one.fields);
    if (one.kind->name == "webhook") name_scope(one);
    const std::string address = address_of(*one.kind, one.fields);
    if (address.empty()) {
      tell_nameless(one);
      return;
    }
    const std::string name = text_in(one.fields, one.kind->name == "user" ? "email" : "slug");
    for (const Relation& member : one.members) add_membership(name, member.name, member);
    for (const Relation& team : one.teams) add_membership(team.name, name, team);
    for (const Relation& schedule : one.schedules) add_schedule(name, schedule);
    Resource resource{.kind = one.kind,
                      .address = address,
                      .fields = std::move(one.fields),
                      .places = std::move(one.places)};
    resource.absent = one.absent;
    if (!one.previously.empty()) resource.previously = former_address(resource, one.previously);
    add(std::move(resource));
  }

  // The address with the old slug or name as its last part.
  static std::string former_address(const Resource& resource, const std::string& previously) {
    json::object fields = resource.fields;
    fields[fields.contains("slug") ? "slug" : "name"] = previously;
    return address_of(*resource.kind, fields);
  }

  void name_scope(Stated& one) {
    const bool scope = one.fields.contains("scope"), event_type = one.fields.contains("eventType");
    if (scope == event_type)
      reading_.error(one.place(), "a webhook has either `scope: organization` or `eventType: team/slug`");
  }

  // What is required was told already; this is about "one of two".
  void tell_nameless(const Stated& one) {
    if (one.kind->name == "eventType" && !one.fields.contains("team") && !one.fields.contains("user"))
      reading_.error(one.place(), "an event type has a `team`, or for a personal one a `user`");
    if (one.kind->name == "schedule" && one.absent)
      reading_.error(one.place(), "a schedule that is to be gone names its `user`");
  }

  void add(Resource resource) {
    const auto at = out_.find(resource.address);
    if (at == out_.end()) {
      out_.emplace(resource.address, std::move(resource));
      return;
    }
    if (at->second.implied && resource.implied && at->second.fields == resource.fields) return;
    reading_.error(resource.places.find("")->second, resource.address + " is stated twice: also in " +
                                                         at->second.places.find("")->second.text());
  }

  void add_membership(const std::string& team, const std::string& user, const Relation& stated) {
    json::object fields{{"team", team}, {"user", lower_ascii(user)}, {"accepted", stated.accepted}};
    if (!stated.role.empty()) fields["role"] = stated.role;
    add_implied("membership", std::move(fields), stated.place);
  }

  void add_schedule(const std::string& user, const Relation& stated) {
    const auto pattern = patterns_.find(stated.name);
    if (pattern == patterns_.end()) {
      const std::string near = reading_.near(stated.name, pattern_names());
      reading_.error(stated.place,
                     "no schedule is called " + shown_name(stated.name) +
                         (near.empty() ? ": state it in `schedules`" : "; did you mean " + near + "?"));
      return;
    }
    if (copied_ <= copied_most) copied_ += json::serialize(pattern->second.fields).size();
    if (copied_ > copied_most) {
      reading_.error(stated.place, "these schedules, for each person who has them, are more than " +
                                       std::to_string(copied_most >> 20U) + " MiB");
      return;
    }
    json::object fields = pattern->second.fields;
    fields["user"] = user;
    add_implied("schedule", std::move(fields), stated.place);
  }

  // Asked for when all of them are known.
  const std::vector<std::string>& pattern_names() {
    if (pattern_names_.empty())
      for (const auto& [name, _] : patterns_) pattern_names_.push_back(name);
    return pattern_names_;
  }

  void add_implied(std::string_view kind, json::object fields, const Place& place) {
    Resource resource{.kind = find_kind(kind), .fields = std::move(fields)};
    resource.address = address_of(*resource.kind, resource.fields);
    resource.places[""] = place;
    resource.implied = true;
    if (!resource.address.empty()) add(std::move(resource));
  }

  Reading& reading_;
  Resources out_;
  std::map<std::string, Stated, std::less<>> patterns_;
  std::vector<std::string> pattern_names_;
  std::size_t copied_ = 0;
};

}  // namespace

Resources join_sections(std::vector<Stated> stated, Reading& reading) {
  return Join(reading).run(std::move(stated));
}

}  // namespace calsync
