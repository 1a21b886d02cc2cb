#include "connectors/calcom/api_answer.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace calsync {
namespace {
using testing::HasSubstr;
using testing::Not;

HttpAnswer http_answer(unsigned status, std::string body) {
  return {.status = status, .headers = {{"X-Request-Id", "8a85cebb-c228"}}, .body = std::move(body)};
}

std::string enveloped(const std::string& code, const std::string& message, const std::string& details = "") {
  return R"({"status":"error","timestamp":"2026-11-21T12:02:57.092Z","path":"/v2/x","error":{"code":")" +
         code + R"(","message":")" + message + "\"" + (details.empty() ? "" : ",\"details\":" + details) +
         "}}";
}

ApiAnswer read(unsigned status, const std::string& body, const std::string& sent = "") {
  auto answer = read_answer(http_answer(status, body), sent, "POST /v2/x");
  EXPECT_TRUE(answer) << answer.error().text();
  return answer ? *answer : ApiAnswer{};
}

TEST(ApiAnswer, ErrorsHaveTheCodeThatTheStatusMeansAndNameTheRequest) {
  struct Row {
    unsigned status;
    Errc code;
  };
  for (const Row& row : {Row{400, Errc::rejected},
                         {401, Errc::unauthorised},
                         {403, Errc::unauthorised},
                         {404, Errc::not_found},
                         {409, Errc::conflict},
                         {422, Errc::rejected},
                         {429, Errc::rate_limited},
                         {500, Errc::unavailable},
                         {503, Errc::unavailable}}) {
    const Error error =
        read(row.status, enveloped("SomeException", "why")).error("GET /v2/users?emails=a@b.org");
    EXPECT_EQ(error.code, row.code) << row.status;
    EXPECT_EQ(error.what,
              "GET /v2/users: " + std::to_string(row.status) + " SomeException: why (request 8a85cebb-c228)");
  }
}

TEST(ApiAnswer, A400NamesTheFieldsAndNothingOfTheBodyThatItEchoes) {
  const std::string sent =
      R"({"subscriberUrl":"https://hooks.example.org/x","secret":"whsec_topmost","name":"Ana Kovač"})";
  const ApiAnswer answer = read(
      400,
      enveloped(
          "BadRequestException", "Bad Request Exception",
          R"({"errors":[{"target":)" + sent +
              R"(,"value":"whsec_topmost","property":"hosts","children":[{"property":"userId","constraints":{"isInt":"userId must be an integer, not whsec_topmost"}}],)"
              R"("constraints":{"a":"hosts must be an array"}},{"property":"name","constraints":{"b":"Ana Kovač is no name"}}]})"),
      sent);
  EXPECT_EQ(answer.code, "BadRequestException");
  EXPECT_EQ(
      answer.message,
      "hosts: hosts must be an array; hosts.userId: userId must be an integer, not …; name: … is no name");
}

TEST(ApiAnswer, MessagesKeepWhatHelpsAndLoseAddressesAndSecrets) {
  struct Row {
    std::string message, sent, expected;
  };
  for (const Row& row :
       {Row{"Booking with uid=abc was not found in the database", "",
            "Booking with uid=abc was not found in the database"},
        Row{"A user ana.k+x@quill.test exists", R"({"email":"ana.k+x@quill.test"})", "A user … exists"},
        Row{"stray ana@quill.test, too", "", "stray …, too"},
        Row{"slug review exists", R"({"slug":"review","title":"exists"})", "slug review …"},
        Row{"Bearer abcdefghijklmnop is bad", "", "Bearer "}, Row{"line\\nbreak", "", "line break"}}) {
    const std::string message = read(400, enveloped("E", row.message), row.sent).message;
    if (row.expected == "Bearer ")
      EXPECT_THAT(message, Not(HasSubstr("abcdefghijklmnop")));
    else
      EXPECT_EQ(message, row.expected);
  }
  EXPECT_LT(read(400, enveloped("E", std::string(100'000, 'x'))).message.size(), 500U);
}

TEST(ApiAnswer, BareAndForeignErrorsAreToldAsWhatTheyAre) {
  EXPECT_EQ(read(500, R"({"statusCode":500,"message":"Internal server error"})").message,
            "Internal server error");
  EXPECT_EQ(read(429, enveloped("ThrottlerException", "Too many", R"("Too many")")).message, "Too many");
  EXPECT_THAT(read(502, "<html><title>ana@quill.test</title></html>").message,
              HasSubstr("not Cal.com's JSON"));
  EXPECT_THAT(read(400, R"({"statusCode":400,"message":["a must be b","c"]})").message,
              HasSubstr("a must be b; c"));
  for (const char* odd :
       {"", "null", "[]", "{}", R"({"error":"text"})", R"({"error":{"code":5,"message":{}}})"})
    EXPECT_EQ(read(500, odd).status, 500U) << odd;
}

TEST(ApiAnswer, ASuccessThatIsNotCalcomsIsRefused) {
  const auto try_read = [](const std::string& body, const char* call) {
    return read_answer(http_answer(200, body), "", call).has_value();
  };
  EXPECT_TRUE(try_read(R"({"status":"success","data":[]})", "GET /v2/x"));
  EXPECT_TRUE(try_read("", "DELETE /v2/x"));
  EXPECT_FALSE(try_read("", "GET /v2/x"));
  EXPECT_FALSE(try_read("<html>login</html>", "GET /v2/x"));
  EXPECT_FALSE(try_read(R"({"ok":true})", "GET /v2/x"));
  EXPECT_FALSE(try_read(R"({"status":"success","data":)" + std::string(70, '[') + std::string(70, ']') + "}",
                        "GET /v2/x"));
  EXPECT_TRUE(try_read(R"({"status":"success","data":)" + std::string(60, '[') + std::string(60, ']') + "}",
                       "GET /v2/x"));
}

TEST(ApiAnswer, DataIsWhatStandsInTheEnvelope) {
  const auto data =
      read_data({.status = 200, .body = R"({"status":"success","data":{"id":7}})"}, "GET /v2/me");
  ASSERT_TRUE(data);
  EXPECT_EQ(data->at("id"), 7);
  EXPECT_TRUE(read_data({.status = 200}, "DELETE /v2/x")->is_null());
  EXPECT_EQ(read_data({.status = 404}, "GET /v2/x").error().code, Errc::not_found);
}

}  // namespace
}  // namespace calsync
