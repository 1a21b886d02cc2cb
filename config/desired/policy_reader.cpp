#include "config/desired/policy_reader.hpp"

#include "config/desired/item_fields.hpp"
#include "config/desired/value_reader.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

std::vector<std::string> kind_sections() {
  std::vector<std::string> out;
  for (const ResourceKind* kind : all_kinds())
    if (!kind->section.empty()) out.emplace_back(kind->section);
  return out;
}

class PolicyReader {
 public:
  PolicyReader(std::string_view file, Policy& policy, Reading& reading)
      : file_(file), policy_(policy), reading_(reading) {}

  void read(const YamlNode& node) {
    Places places;
    ValueReader values{reading_, file_, places};
    const json::object read = values.read_members(policy_fields(), node, "", {}, "the policy");
    for (const YamlMember& member : node.members) {
      if (member.key == "removal")
        by_kind(member, [&](const ResourceKind& kind, const YamlMember& one) { removal(kind, one); });
      if (member.key == "drift")
        by_kind(member, [&](const ResourceKind& kind, const YamlMember& one) { drift(kind, one); });
      if (member.key == "limits") limits(member, read);
      if (member.key == "ignore") ignore(member, read);
    }
    append(read, "protect", policy_.protect);
    append(read, "allowedHosts", policy_.allowed_hosts);
  }

 private:
  template <class Use>
  void by_kind(const YamlMember& member, Use use) {
    if (member.value.kind != YamlNode::Kind::map) {
      reading_.error(place_of(file_, member),
                     "`" + member.key + "` must be an object, by section: {eventTypes: …}");
      return;
    }
    for (const YamlMember& one : member.value.members) {
      const ResourceKind* kind = one.key == "memberships" ? find_kind("membership") : find_section(one.key);
      if (kind == nullptr)
        reading_.unknown(place_of(file_, one), "`" + member.key + "`", one.key, kind_sections());
      else
        use(*kind, one);
    }
  }

  void removal(const ResourceKind& kind, const YamlMember& one) {
    static const std::map<std::string, Removal, std::less<>> words{
        {"keep", Removal::keep}, {"delete", Removal::remove}, {"disable", Removal::disable}};
    const auto word = words.find(one.value.text);
    if (word == words.end() || std::ranges::find(kind.removals, word->second) == kind.removals.end())
      reading_.error(place_of(file_, one.value), "`" + one.key + "` " + allowed(kind));
    else
      policy_.removal[std::string(kind.name)] = word->second;
  }

  static std::string allowed(const ResourceKind& kind) {
    if (kind.name == "user") return "can only be kept: who leaves is off-boarded with `calsync offboard`";
    if (kind.removals.size() == 1) return "can only be kept";
    return kind.removals.size() == 2 ? "may be keep or delete" : "may be keep, delete or disable";
  }

  void drift(const ResourceKind& kind, const YamlMember& one) {
    if (one.value.text != "report" && one.value.text != "heal")
      reading_.error(place_of(file_, one.value), "`" + one.key + "` may be report or heal");
    else
      policy_.drift[std::string(kind.name)] =
          one.value.text == "heal" ? WhenDrifted::heal : WhenDrifted::report;
  }

  void limits(const YamlMember& member, const json::object& read) {
    for (const YamlMember& one : member.value.members)
      if (one.key == "removalShare") share(one);
    const json::value* stated = read.if_contains("limits");
    if (stated == nullptr || !stated->is_object()) return;
    const json::object& object = stated->get_object();
    if (const auto* value = object.if_contains("removals"); value != nullptr && value->is_int64())
      policy_.limits.removals = value->get_int64();
    if (const auto* value = object.if_contains("changes"); value != nullptr && value->is_int64())
      policy_.limits.changes = value->get_int64();
  }

  void share(const YamlMember& member) {
    boost::system::error_code failed;
    const json::value value = plain_value(member.value);
    const double number = value.is_number() ? value.to_number<double>(failed) : -1;
    if (failed || !(number >= 0 && number <= 1))
      reading_.error(place_of(file_, member.value), "`removalShare` must be a number between 0 and 1");
    else
      policy_.limits.removal_share = number;
  }

  void ignore(const YamlMember& member, const json::object& read) {
    const json::value* stated = read.if_contains("ignore");
    if (stated == nullptr || !stated->is_array()) return;
    for (std::size_t i = 0; i < stated->get_array().size(); ++i) {
      const json::object& one = stated->get_array()[i].get_object();
      Policy::Ignore rule{std::string(one.at("address").get_string()), {}};
      if (const auto* pointers = one.if_contains("pointers"); pointers != nullptr && pointers->is_array())
        for (const auto& pointer : pointers->get_array())
          if (pointer.is_string()) rule.pointers.emplace_back(pointer.get_string());
      for (const auto& pointer : rule.pointers)
        if (!pointer.starts_with('/'))
          reading_.error(place_of(file_, member.value.items[i]),
                         "a pointer begins with '/': \"/description\"");
      policy_.ignore.push_back(std::move(rule));
    }
  }

  static void append(const json::object& read, std::string_view name, std::vector<std::string>& out) {
    const json::value* list = read.if_contains(name);
    if (list == nullptr || !list->is_array()) return;
    for (const auto& item : list->get_array())
      if (item.is_string()) out.emplace_back(item.get_string());
  }

  std::string_view file_;
  Policy& policy_;
  Reading& reading_;
};

}  // namespace

void read_policy(std::string_view file, const YamlNode& node, Policy& policy, Reading& reading) {
  if (node.kind == YamlNode::Kind::null) return;
  if (node.kind != YamlNode::Kind::map) {
    reading.error(place_of(file, node), "`policy` must be an object");
    return;
  }
  PolicyReader(file, policy, reading).read(node);
}

}  // namespace calsync
