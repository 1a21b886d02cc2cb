// A name is looked for only where the files state things of that kind at all: a repository may hold event types alone, and
// leave people to the UI. What is not in the files is then looked for in the live organisation, by the plan.
#include "config/desired/checks.hpp"
#include "config/resources/values.hpp"
#include "config/yaml/near_name.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

class References {
 public:
  References(const Desired& desired, Reading& reading) : desired_(desired), reading_(reading) {}

  void check(const Resource& resource) {
    resource_ = &resource;
    walk(resource.kind->fields, resource.fields, "");
  }

 private:
  void walk(std::span<const Field> fields, const json::object& object, const std::string& pointer) {
    for (const Field& field : fields) {
      const json::value* value = object.if_contains(field.name);
      if (value != nullptr) walk(field, *value, pointer + "/" + std::string(field.name));
    }
  }
  void walk(const Field& field, const json::value& value, const std::string& pointer) {
    if (value.is_object()) walk(field.members, value.get_object(), pointer);
    if (value.is_array() && field.type == FieldType::list)
      for (std::size_t i = 0; i < value.get_array().size(); ++i)
        walk(field.members.front(), value.get_array()[i], pointer + "/" + std::to_string(i));
    if (field.refers != Reference::none && value.is_string())
      look_up(field.refers, std::string(value.get_string()), pointer);
  }

  void look_up(Reference reference, const std::string& name, const std::string& pointer) {
    switch (reference) {
      case Reference::none:
        return;
      case Reference::user:
        if (is_host(pointer) && !must_be_there("membership/" + text_in(resource_->fields, "team") + "/", name,
                                               pointer, "is no member of the team"))
          return;
        must_be_there("user/", name, pointer, "is not in `users`");
        return;
      case Reference::team:
        must_be_there("team/", name, pointer, "is not in `teams`");
        return;
      case Reference::schedule: {
        const std::string owner = owner_of_schedules();
        if (!owner.empty())
          must_be_there("schedule/" + owner + "/", name, pointer, "is no schedule of " + owner);
        return;
      }
      case Reference::event_type:
        must_be_there("eventType/" + text_in(resource_->fields, "team") + "/", name, pointer,
                      "is no event type of the team");
        return;
      case Reference::team_event_type:
        must_be_there("eventType/", name, pointer, "is not in `eventTypes`");
        return;
    }
  }

  [[nodiscard]] bool is_host(const std::string& pointer) const {
    return resource_->kind->name == "eventType" && pointer.starts_with("/hosts/") &&
           resource_->fields.contains("team");
  }
  // Of a team's event type nobody in particular.
  [[nodiscard]] std::string owner_of_schedules() const {
    return text_in(resource_->fields, resource_->kind->name == "user" ? "email" : "user");
  }

  // False: that was told.
  bool must_be_there(const std::string& prefix, const std::string& name, const std::string& pointer,
                     const std::string& problem) {
    const auto at = desired_.resources.find(prefix + name);
    if (at != desired_.resources.end() && !at->second.absent) return true;
    const std::vector<std::string>& known = stated_below(prefix);
    if (known.empty()) return true;
    const std::string near = reading_.near(name, known);
    reading_.error(place_in(*resource_, pointer),
                   name + " " + problem + (near.empty() ? std::string() : "; did you mean " + near + "?"));
    return false;
  }

  // Looked up once: as many may be wrong as are stated.
  const std::vector<std::string>& stated_below(const std::string& prefix) {
    const auto [at, is_new] = stated_below_.try_emplace(prefix);
    if (!is_new) return at->second;
    for (auto it = desired_.resources.lower_bound(prefix);
         it != desired_.resources.end() && it->first.starts_with(prefix); ++it)
      if (!it->second.absent) at->second.push_back(it->first.substr(prefix.size()));
    return at->second;
  }

  const Desired& desired_;
  Reading& reading_;
  std::map<std::string, std::vector<std::string>> stated_below_;
  const Resource* resource_ = nullptr;
};

}  // namespace

const Place& place_in(const Resource& resource, std::string_view pointer) {
  std::string here(pointer);
  while (true) {
    if (const auto at = resource.places.find(here); at != resource.places.end()) return at->second;
    here.resize(here.rfind('/'));  // "" is always there
  }
}

void check_references(const Desired& desired, Reading& reading) {
  References references(desired, reading);
  for (const auto& [address, resource] : desired.resources)
    if (!resource.absent) references.check(resource);
}

}  // namespace calsync
