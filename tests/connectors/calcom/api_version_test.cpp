#include "connectors/calcom/api_version.hpp"

#include "connectors/calcom/query.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {

TEST(ApiVersion, EachGroupOfPathsIsAskedWithItsOwn) {
  struct Row {
    const char *path, *version;
  };
  for (const Row& row : {Row{"/v2/bookings", "2024-08-13"},
                         {"/v2/bookings?take=1", "2024-08-13"},
                         {"/v2/bookings/abc/cancel", "2024-08-13"},
                         {"/v2/event-types", "2024-06-14"},
                         {"/v2/event-types/7?x=/webhooks", "2024-06-14"},
                         {"/v2/event-types/7/webhooks", "2024-08-13"},
                         {"/v2/event-types/7/private-links/x", "2024-08-13"},
                         {"/v2/event-typesets", "2024-08-13"},
                         {"/v2/schedules/1", "2024-06-11"},
                         {"/v2/slots?eventTypeId=1", "2024-09-04"},
                         {"/v2/organizations/1/teams/2/event-types", "2024-08-13"},
                         {"/v2/organizations/1/users/2/schedules", "2024-08-13"},
                         {"/v2/organizations/1/bookings", "2024-08-13"},
                         {"/v2/me", "2024-08-13"}})
    EXPECT_EQ(api_version(row.path), row.version) << row.path;
}

TEST(ApiQuery, EncodesNamesAndValuesAndJoinsLists) {
  EXPECT_EQ(Query("/v2/x").path(), "/v2/x");
  EXPECT_EQ(Query("/v2/x").add("emails", std::vector<std::string>{"a+b@x.org", "c,d"}).path(),
            "/v2/x?emails=a%2Bb%40x.org,c%2Cd");
  EXPECT_EQ(Query("/v2/x?a=1").add("afterStart", "2026-11-20T09:30:00.000Z").add("take", 250).path(),
            "/v2/x?a=1&afterStart=2026-11-20T09%3A30%3A00.000Z&take=250");
  EXPECT_EQ(Query("/v2/x").add("teamsIds", std::vector<std::string>{}).add("n", "é %").path(),
            "/v2/x?n=%C3%A9%20%25");
}

}  // namespace
}  // namespace calsync
