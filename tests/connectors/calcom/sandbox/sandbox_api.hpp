// The sandbox asked directly, as its owner: no server between.
#pragma once
#include "connectors/calcom/sandbox/routes.hpp"
#include "connectors/calcom/sandbox/row.hpp"
#include "connectors/calcom/sandbox/starting_world.hpp"

#include <gtest/gtest.h>

#include <string>

namespace calsync::sandbox {

struct SetClock final : Clock {
  Instant wall() override { return now; }
  std::chrono::steady_clock::time_point steady() override { return timer; }
  Instant now = *parse_instant("2026-11-21T12:00:00Z");
  std::chrono::steady_clock::time_point timer{};
};

struct SandboxApi : testing::Test {
  SandboxApi() {
    begin(world, {"cal_owner", "cal_member", "cal_expired"});
    world.limit.requests = 0;
  }

  Answer ask(const std::string& method, const std::string& target, const std::string& body = "") {
    Request request = request_for(method, target);
    request.version = version;
    request.api_key = key;
    return handle(world, request, body);
  }
  Answer get(const std::string& target) { return ask("GET", target); }
  Answer post(const std::string& target, const std::string& body) { return ask("POST", target, body); }
  Answer patch(const std::string& target, const std::string& body) { return ask("PATCH", target, body); }
  Answer erase(const std::string& target) { return ask("DELETE", target); }

  // Made, or the test ends; its id.
  std::int64_t make(const std::string& target, const std::string& body) {
    const Answer answer = post(target, body);
    EXPECT_EQ(answer.status, 201U) << boost::json::serialize(answer.body);
    if (answer.status != 201) return 0;
    const auto& data = answer.body.at("data");
    return (data.is_array() ? data.as_array().at(0) : data).at("id").as_int64();
  }

  static std::string at(const Answer& answer, const std::string& pointer) {
    boost::json::error_code none;
    const auto* value = answer.body.find_pointer(pointer, none);
    return value == nullptr ? "nothing" : boost::json::serialize(*value);
  }
  static std::string code(const Answer& answer) { return at(answer, "/error/code"); }

  SetClock clock;
  World world{clock};
  std::string key = "cal_owner", version;
  const std::string org = "/v2/organizations/1";
};

}  // namespace calsync::sandbox
