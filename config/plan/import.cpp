#include "config/plan/import.hpp"

#include "config/plan/compare.hpp"
#include "config/plan/hashes.hpp"
#include "config/resources/values.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

struct File {
  std::string_view path;
  std::vector<std::string_view> sections;
};
const std::vector<File>& layout() {
  static const std::vector<File> files{
      {"teams.yaml", {"teams", "attributes"}}, {"people.yaml", {"schedules", "users"}},
      {"services.yaml", {"eventTypes"}},       {"messages.yaml", {"workflows"}},
      {"webhooks.yaml", {"webhooks"}},         {"time-off.yaml", {"outOfOffice"}}};
  return files;
}

// Name and e-mail are always sent with label and placeholder (CONTRACT §7).
json::array changed_questions(const Field& field, const json::array& list) {
  json::array out = changed_only(field, list);
  for (auto& item : out) {
    json::object& question = item.get_object();
    const std::string type = text_in(question, "type");
    if (type == "name" || type == "email")
      for (const std::string_view name : {"label", "placeholder"})
        if (!question.contains(name)) question[name] = "";
  }
  return out;
}

// Members of objects, and of the elements of lists, that Cal.com fills in by itself are left out, too.
json::value plain_of(const Field& field, const json::value& value) {
  if (field.type == FieldType::list && value.is_array()) {
    json::array out;
    for (const auto& item : value.get_array()) out.push_back(plain_of(field.members.front(), item));
    return out;
  }
  if (field.type != FieldType::object || !value.is_object() || value.get_object().contains("disabled"))
    return value;
  json::object out;
  for (const Field& one : field.members) {
    const json::value* member = value.get_object().if_contains(one.name);
    if (member != nullptr && (one.required || !same(one, *member, nullptr)))
      out[one.name] = plain_of(one, *member);
  }
  return out;
}

// Only what says more than Cal.com does by itself.
json::object stated(const Resource& resource) {
  json::object out;
  for (const Field& field : resource.kind->fields) {
    const json::value* value = resource.fields.if_contains(field.name);
    if (value == nullptr || field.mutability == Mutability::write_only) continue;
    const bool names = resource.kind->address.find("{" + std::string(field.name)) != std::string_view::npos ||
                       field.required;
    if (!names && same(field, *value, nullptr)) continue;
    if (field.order == ListOrder::defaults && value->is_array()) {
      json::array questions = changed_questions(field, plain_of(field, *value).get_array());
      if (!questions.empty()) out[field.name] = std::move(questions);
    } else {
      out[field.name] = plain_of(field, *value);
    }
  }
  if (!out.contains("price")) out.erase("currency");  // of nothing
  return out;
}

class Importer {
 public:
  explicit Importer(const Resources& live) {
    for (const auto& [address, resource] : live) by_kind_[resource.kind->name].push_back(&resource);
  }

  std::vector<SourceFile> run() {
    sections_["teams"] = plain("team");
    sections_["attributes"] = plain("attribute");
    find_patterns();
    schedules();
    users();
    sections_["eventTypes"] = plain("eventType");
    sections_["workflows"] = plain("workflow");
    sections_["webhooks"] = plain("webhook");
    sections_["outOfOffice"] = plain("outOfOffice");
    return files();
  }

 private:
  json::array plain(std::string_view kind) {
    json::array out;
    for (const Resource* resource : by_kind_[kind]) out.push_back(stated(*resource));
    return out;
  }

  // A name under which several people have the very same hours is a pattern that they name.
  void find_patterns() {
    std::map<std::string, std::map<std::string, int>> contents;  // name → hours → how many
    for (const Resource* schedule : by_kind_["schedule"])
      ++contents[text_in(schedule->fields, "name")][hours_of(*schedule)];
    for (const auto& [name, hours] : contents)
      if (hours.size() == 1 && hours.begin()->second > 1) patterns_.insert(name);
  }
  static std::string hours_of(const Resource& schedule) {
    json::object fields = stated(schedule);
    fields.erase("user");
    return canonical(fields);
  }

  void schedules() {
    json::array& out = sections_["schedules"];
    std::set<std::string> told;
    for (const Resource* schedule : by_kind_["schedule"]) {
      json::object fields = stated(*schedule);
      const std::string name = text_in(fields, "name");
      if (patterns_.contains(name)) {
        if (!told.insert(name).second) continue;
        fields.erase("user");
      }
      out.push_back(std::move(fields));
    }
  }

  void users() {
    json::array& out = sections_["users"];
    for (const Resource* user : by_kind_["user"]) {
      json::object fields = stated(*user);
      const std::string email = text_in(fields, "email");
      if (json::array teams = teams_of(email); !teams.empty()) fields["teams"] = std::move(teams);
      json::array named;
      for (const Resource* schedule : by_kind_["schedule"])
        if (text_in(schedule->fields, "user") == email &&
            patterns_.contains(text_in(schedule->fields, "name")))
          named.emplace_back(text_in(schedule->fields, "name"));
      if (!named.empty()) fields["schedules"] = std::move(named);
      out.push_back(std::move(fields));
    }
  }

  json::array teams_of(const std::string& email) {
    json::array out;
    for (const Resource* membership : by_kind_["membership"]) {
      if (text_in(membership->fields, "user") != email) continue;
      json::object one{{"team", text_in(membership->fields, "team")}};
      if (const std::string role = text_in(membership->fields, "role"); role != "MEMBER") one["role"] = role;
      if (!true_in(membership->fields, "accepted")) one["accepted"] = false;
      if (one.size() == 1)
        out.push_back(one.at("team"));
      else
        out.push_back(std::move(one));
    }
    return out;
  }

  std::vector<SourceFile> files() {
    std::vector<SourceFile> out;
    for (const File& file : layout()) {
      std::string text;
      for (const auto section : file.sections) {
        const json::array& items = sections_[section];
        if (items.empty()) continue;
        if (section == "webhooks")
          text +=
              "# Secrets are left out: state `secret: env:NAME` (or file:, vault: …) where one is to be "
              "managed.\n";
        text += std::string(section) + ":\n" + to_yaml(items, 2) + "\n";
      }
      if (!text.empty()) out.push_back({std::string(file.path), std::move(text)});
    }
    return out;
  }

  std::map<std::string_view, std::vector<const Resource*>> by_kind_;
  std::map<std::string_view, json::array> sections_;
  std::set<std::string> patterns_;
};

}  // namespace

std::vector<SourceFile> import_files(const Resources& live) {
  return Importer(live).run();
}

}  // namespace calsync
