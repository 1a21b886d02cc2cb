// deploy/openapi.json against the routes that answer, both ways.
#include "config/plan/plan.hpp"
#include "state/views/people_seen.hpp"
#include "tests/daemon/admin/admin_fixture.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <regex>
#include <set>

namespace calsync::testing_admin {
namespace {

std::string file(const std::string& name) {
  std::ifstream in(CALSYNC_SOURCE_DIR "/" + name);
  return {std::istreambuf_iterator<char>(in), {}};
}

json::value document() {
  return json::parse(file("deploy/openapi.json"));
}

std::set<std::string> names_of(const json::object& object) {
  std::set<std::string> names;
  for (const auto& member : object) names.emplace(member.key());
  return names;
}

const json::value& schema_of(const json::value& openapi, const json::value& schema) {
  const auto* ref = schema.as_object().if_contains("$ref");
  if (ref == nullptr) return schema;
  return openapi.at_pointer(std::string(ref->as_string()).substr(1));
}

TEST_F(AdminTest, OpenApiHasEveryRouteThatAnswersOnTheAdminListener) {
  // The table of routes in the source: those that are not for the control socket only.
  const std::regex row(R"re(\{"([A-Z]+)", "([^"]+)", false, (?:true|false), &Routes::)re");
  const std::string source = file("daemon/admin/admin.cpp");
  std::set<std::string> answered;
  for (std::sregex_iterator at(source.begin(), source.end(), row), end; at != end; ++at)
    answered.insert((*at)[1].str() + " " + (*at)[2].str());
  std::set<std::string> documented;
  const json::value openapi = document();
  for (const auto& path : openapi.at("paths").as_object())
    for (const auto& method : path.value().as_object())
      documented.insert((method.key() == "get"    ? "GET "
                         : method.key() == "post" ? "POST "
                                                  : "? ") +
                        std::string(path.key()));
  EXPECT_GE(answered.size(), 6U);
  EXPECT_EQ(answered, documented);
}

TEST_F(AdminTest, OpenApiDescribesWhatIsAnswered) {
  add_event("booking.created", "k", "s", "2026-01-01");
  add_link("old", "new");
  conditions.set("log", Severity::error, "something");
  publisher.emplace();
  reconcile.emplace();
  reconcile->plan = reconcile->drift = std::make_shared<const std::string>(json::serialize(plan_json({})));
  start();
  const json::value openapi = document();
  for (const auto& path : openapi.at("paths").as_object()) {
    if (!path.value().as_object().contains("get")) continue;
    const auto& responses = path.value().at("get").at("responses").as_object();
    const HttpAnswer answer = tcp({.target = std::string(path.key())});
    ASSERT_TRUE(responses.contains(std::to_string(answer.status))) << path.key() << ": " << answer.status;
    const auto& content = responses.at(std::to_string(answer.status)).at("content").as_object();
    ASSERT_TRUE(answer.header("Content-Type").starts_with(std::string(content.begin()->key()))) << path.key();
    if (content.begin()->key() != "application/json") continue;
    const json::value said = json::parse(answer.body);
    const json::value& schema = schema_of(openapi, content.begin()->value().at("schema"));
    const auto* list = said.if_array();
    const json::value& one = schema_of(openapi, list ? schema.at("items") : schema);
    ASSERT_FALSE(list && list->empty()) << path.key();
    EXPECT_EQ(names_of((list ? list->front() : said).as_object()), names_of(one.at("properties").as_object()))
        << path.key();
  }
  const json::value page = get("/api/v1/events");
  EXPECT_EQ(names_of(page.at("items").as_array().front().as_object()),
            names_of(openapi.at_pointer("/components/schemas/Event/properties").as_object()));
  EXPECT_EQ(
      names_of(get("/api/v1/status").at("reconcile").as_object()),
      names_of(openapi.at_pointer("/components/schemas/Status/properties/reconcile/properties").as_object()));
  const json::value bookings = get("/api/v1/bookings");
  EXPECT_EQ(names_of(bookings.at("items").as_array().front().as_object()),
            names_of(openapi.at_pointer("/components/schemas/Booking/properties").as_object()));
  EXPECT_EQ(names_of(to_json(SeenPerson{})),
            names_of(openapi.at_pointer("/components/schemas/Person/properties").as_object()));
}

TEST_F(AdminTest, OpenApiNamesEveryParameterAndEachIsTaken) {
  start();
  const json::value openapi = document();
  for (const std::string path : {"/api/v1/events", "/api/v1/bookings", "/api/v1/people"}) {
    std::string names;
    for (const auto& parameter : openapi.at("paths").at(path).at("get").at("parameters").as_array()) {
      const std::string name(parameter.at("name").as_string());
      const auto& example = parameter.at("example");
      std::string value = example.is_string() ? std::string(example.as_string()) : json::serialize(example);
      std::ranges::replace(value, ' ', '+');
      EXPECT_EQ(tcp({.target = path + "?" + name + "=" + value}).status, 200U) << name << "=" << value;
      names += (names.empty() ? "" : ", ") + name;
    }
    EXPECT_THAT(tcp({.target = path + "?nosuch=1"}).body, testing::HasSubstr("(" + names + ")"));
  }
}

}  // namespace
}  // namespace calsync::testing_admin
