#include "daemon/calcom/api_call.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace calsync {
namespace {
namespace json = boost::json;

TEST(ApiCallText, ACallArrivesAsItWasSent) {
  for (const ApiUse use : {ApiUse::poll, ApiUse::interactive, ApiUse::apply, ApiUse::drift}) {
    const auto call =
        read_api_call(json::serialize(to_json(ApiCall{"PATCH", "/v2/x?a=b", R"({"n":"é"})", use})));
    ASSERT_TRUE(call) << call.error().text();
    EXPECT_EQ(call->method, "PATCH");
    EXPECT_EQ(call->path, "/v2/x?a=b");
    EXPECT_EQ(call->body, R"({"n":"é"})");
    EXPECT_EQ(call->use, use);
  }
}

TEST(ApiCallText, WhatIsNoCallIsRefused) {
  for (const char* bad :
       {"", "[]", "{}", R"({"method":"GET","path":"/v2/me"})",
        R"({"method":"","path":"/v2/me","use":"poll"})", R"({"method":"GET","path":7,"use":"poll"})",
        R"({"method":"GET","path":"/v2/me","use":"all"})"})
    EXPECT_EQ(read_api_call(bad).error().code, Errc::rejected) << bad;
}

TEST(ApiCallText, AnAnswerArrivesAsItCame) {
  const ApiAnswer answer{.status = 409, .body = R"({"a":1})", .code = "C", .message = "m", .request_id = "r"};
  const auto read = read_api_outcome(to_json(Result<ApiAnswer>(answer)));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->status, 409U);
  EXPECT_EQ(read->body, answer.body);
  EXPECT_EQ(read->error("GET /v2/x").what, answer.error("GET /v2/x").what);
}

TEST(ApiCallText, AFailureKeepsItsCodeAndItsWords) {
  for (const Errc code : {Errc::timeout, Errc::unavailable, Errc::unauthorised, Errc::rate_limited,
                          Errc::cancelled, Errc::rejected, Errc::disk_full}) {
    Error error{code, "why"};
    error.retry_after = std::chrono::seconds{27};
    const auto read = read_api_outcome(to_json(Result<ApiAnswer>(error)));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, code);
    EXPECT_EQ(read.error().what, "why");
    EXPECT_EQ(read.error().retry_after, std::chrono::seconds{27});
  }
  for (const char* bad : {"[]", "{}", R"({"status":"200"})", "null"})
    EXPECT_EQ(read_api_outcome(json::parse(bad)).error().code, Errc::rejected) << bad;
}

}  // namespace
}  // namespace calsync
