// What a running Cal.com answered, read by us: what was sent is what was understood (CONTRACT §16 names the exceptions).
#include "config/plan/compare.hpp"
#include "connectors/calcom/resources/resource_json.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace calsync {
namespace {

namespace json = boost::json;

struct Creation {
  std::string name;
  const ResourceKind* kind;
  json::object sent, answered;
};

const ResourceKind* kind_of(std::string_view path) {
  path = path.substr(0, path.find('?'));
  static const std::map<std::string_view, std::string_view> ends{
      {"/teams", "team"},         {"/schedules", "schedule"},    {"/event-types", "eventType"},
      {"/workflows", "workflow"}, {"/webhooks", "webhook"},      {"/ooo", "outOfOffice"},
      {"/users", "user"},         {"/memberships", "membership"}};
  if (!path.starts_with("/v2/organizations/1/")) return nullptr;
  if (path == "/v2/organizations/1/memberships") return nullptr;
  for (const auto& [end, kind] : ends)
    if (path.ends_with(end)) return find_kind(kind);
  return nullptr;
}

std::vector<Creation> creations() {
  std::vector<Creation> out;
  std::ifstream in("tests/fixtures/calcom/recorded.jsonl");
  for (std::string line; std::getline(in, line);) {
    const auto row = json::parse(line).as_object();
    if (row.at("method") != "POST" || row.at("status") != 201 || !row.contains("body")) continue;
    const ResourceKind* kind = kind_of(row.at("path").as_string());
    const json::value* answer = row.at("answer").as_object().if_contains("data");
    if (kind == nullptr || answer == nullptr || !row.at("body").is_object()) continue;
    const json::value& one = answer->is_array() ? answer->as_array().front() : *answer;
    out.push_back(
        {std::string(row.at("name").as_string()), kind, row.at("body").as_object(), one.as_object()});
  }
  return out;
}

Names names() {
  Names out;
  for (int id = 1; id < 12; ++id) {
    const std::string n = std::to_string(id);
    out.learn("user", n, "", "u" + n + "@quill.test");
    out.learn("team", n, "", "team-" + n);
    out.learn("eventType", n, "team-2", "event-" + n);
  }
  return out;
}

TEST(Recorded, WhatWasSentIsWhatTheAnswerIsReadAs) {
  std::map<std::string, int> seen;
  for (const Creation& one : creations()) {
    SCOPED_TRACE(one.name);
    const json::object parents{{"team", "team-2"}, {"user", "u6@quill.test"}, {"scope", "organization"}};
    json::object sent = one.sent;
    sent["id"] = 1;
    const auto wanted = from_wire(*one.kind, sent, parents, names()),
               live = from_wire(*one.kind, one.answered, parents, names());
    ASSERT_TRUE(live) << live.error().text();
    if (!wanted) continue;  // sent without a slug: the server made one
    if (one.name == "wf-create-foreign-et")
      continue;  // an event type that is not there: dropped in silence (#221)
    ++seen[std::string(one.kind->name)];
    for (const Field& field : one.kind->fields) {
      if (field.mutability != Mutability::written || !wanted->fields.contains(field.name)) continue;
      const json::value* there = live->fields.if_contains(field.name);
      for (const auto& found :
           differences(field, wanted->fields.at(field.name), there == nullptr ? json::value() : *there))
        ADD_FAILURE() << found.pointer << ": sent " << json::serialize(found.to) << ", answered "
                      << json::serialize(found.from);
    }
  }
  for (const auto* kind :
       {"team", "schedule", "eventType", "workflow", "webhook", "outOfOffice", "user", "membership"})
    EXPECT_GT(seen[kind], 0) << kind;
}

}  // namespace
}  // namespace calsync
