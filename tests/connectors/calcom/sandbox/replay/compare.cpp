#include "tests/connectors/calcom/sandbox/replay/compare.hpp"

#include <algorithm>

namespace calsync::replay {

namespace json = boost::json;

namespace {

const char* type_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "boolean";
    case json::kind::string:
      return "string";
    case json::kind::array:
      return "array";
    case json::kind::object:
      return "object";
    default:
      return "number";
  }
}

// A list by UUID is in another order here: its elements are paired by what they are known as.
bool known_by_text(const json::array& list) {
  return !list.empty() && std::all_of(list.begin(), list.end(), [](const json::value& one) {
    const auto* object = one.if_object();
    const auto* id = object == nullptr ? nullptr : object->if_contains("id");
    return id != nullptr && id->is_string();
  });
}

class Comparison {
 public:
  Comparison(std::string_view kind, Ids& ids) : kind_(kind), ids_(ids) {}

  void values(const std::string& at, const json::value& recorded, const json::value& ours) {
    if (std::string_view(type_of(recorded)) != type_of(ours)) {
      found.shape.push_back(at + ": " + type_of(recorded) + " recorded, " + type_of(ours) + " here");
    } else if (recorded.is_object()) {
      objects(at, recorded.get_object(), ours.get_object());
    } else if (recorded.is_array()) {
      arrays(at, recorded.get_array(), ours.get_array());
    } else {
      leaves(at, recorded, ours);
    }
  }
  Difference found;

 private:
  void objects(const std::string& at, const json::object& recorded, const json::object& ours) {
    ids_.learn(kind_, recorded, ours);
    for (const auto& [name, value] : recorded) {
      const std::string there = at + "/" + std::string(name);
      if (const auto* other = ours.if_contains(name))
        values(there, value, *other);
      else
        found.shape.push_back(there + ": only recorded");
    }
    for (const auto& [name, value] : ours)
      if (!recorded.contains(name)) found.shape.push_back(at + "/" + std::string(name) + ": only here");
  }

  void arrays(const std::string& at, const json::array& recorded, const json::array& ours) {
    if (recorded.size() != ours.size())
      found.shape.push_back(at + ": " + std::to_string(recorded.size()) + " recorded, " +
                            std::to_string(ours.size()) + " here");
    const bool by_text = known_by_text(recorded) && known_by_text(ours);
    for (std::size_t i = 0; i < std::min(recorded.size(), ours.size()); ++i) {
      const json::value* other = &ours[i];
      if (by_text) {
        const std::string id = ids_.text(recorded[i].at("id").get_string());
        const auto same = [&](const json::value& one) {
          return std::string_view(one.at("id").get_string()) == id;
        };
        if (const auto* found_at = std::find_if(ours.begin(), ours.end(), same); found_at != ours.end())
          other = found_at;
      }
      values(at + "/" + std::to_string(i), recorded[i], *other);
    }
  }

  void leaves(const std::string& at, const json::value& recorded, const json::value& ours) {
    const bool stamp = at.ends_with("At") || at.ends_with("/timestamp") || at.ends_with("/createdDate") ||
                       at.ends_with("/emailVerified");
    if (stamp) return;
    const json::value meant = recorded.is_string() ? json::value(ids_.text(recorded.get_string())) : recorded;
    const std::string left = json::serialize(meant), right = json::serialize(ours);
    if (left != right) found.values.push_back(at + ": " + left + " recorded, " + right + " here");
  }

  std::string kind_;
  Ids& ids_;
};

}  // namespace

Difference compare(std::string_view kind, const json::value& recorded, const json::value& ours, Ids& ids) {
  Comparison comparison(kind, ids);
  comparison.values("", recorded, ours);
  return std::move(comparison.found);
}

}  // namespace calsync::replay
