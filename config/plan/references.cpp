#include "config/plan/references.hpp"

#include "config/resources/values.hpp"

#include <boost/json.hpp>

#include <set>

namespace calsync {
namespace json = boost::json;
namespace {

class Collect {
 public:
  explicit Collect(const Resource& resource) : resource_(resource) {}

  std::vector<std::string> run() {
    members(resource_.kind->fields, resource_.fields);
    found_.erase(resource_.address);
    return {found_.begin(), found_.end()};
  }

 private:
  void members(std::span<const Field> fields, const json::object& object) {
    for (const Field& field : fields)
      if (const json::value* value = object.if_contains(field.name)) one(field, *value);
  }
  void one(const Field& field, const json::value& value) {
    if (value.is_object()) members(field.members, value.get_object());
    if (value.is_array() && field.type == FieldType::list)
      for (const auto& item : value.get_array()) one(field.members.front(), item);
    if (field.refers != Reference::none && value.is_string())
      add(field.refers, std::string(value.get_string()));
  }

  void add(Reference reference, const std::string& name) {
    const std::string team = text_in(resource_.fields, "team"), user = text_in(resource_.fields, "user");
    switch (reference) {
      case Reference::none:
        return;
      case Reference::user:
        found_.insert("user/" + name);
        if (!team.empty() && resource_.kind->name == "eventType")
          found_.insert("membership/" + team + "/" + name);
        return;
      case Reference::team:
        found_.insert("team/" + name);
        return;
      case Reference::schedule:  // a person's default is set with the schedule, which needs the person
        if (!user.empty()) found_.insert("schedule/" + user + "/" + name);
        return;
      case Reference::event_type:
        found_.insert("eventType/" + team + "/" + name);
        return;
      case Reference::team_event_type:
        found_.insert("eventType/" + name);
        return;
    }
  }

  const Resource& resource_;
  std::set<std::string> found_;
};

}  // namespace

std::vector<std::string> named_by(const Resource& resource) {
  return Collect(resource).run();
}

}  // namespace calsync
