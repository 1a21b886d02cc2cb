// The sandbox Cal.com as an API without sockets: what a test of reading and writing resources talks to.
#pragma once
#include "connectors/calcom/api.hpp"
#include "connectors/calcom/api_answer.hpp"
#include "connectors/calcom/api_version.hpp"
#include "connectors/calcom/sandbox/routes.hpp"
#include "connectors/calcom/sandbox/starting_world.hpp"

#include <boost/json.hpp>

namespace calsync {

class SandboxApi final : public CalcomApi {
 public:
  SandboxApi() {
    sandbox::begin(world, {"cal_live_owner", "cal_live_member", "cal_live_expired"});
    world.limit.requests = 0;  // none
  }

  Result<ApiAnswer> get(std::string_view path, ApiUse /*use*/) override {
    auto answer = call("GET", path, {});
    if (answer && spoil_read) spoil_read(path, *answer);
    return answer;
  }
  Result<ApiAnswer> send(std::string_view method, std::string_view path, std::string_view body,
                         ApiUse /*use*/) override {
    mutations.push_back(std::string(method) + " " + std::string(path));
    if (before_send) {
      if (auto fault = before_send(mutations.back())) return *fault;
    }
    if (refuse) {
      if (auto refused = refuse(mutations.back())) return *std::move(refused);
    }
    auto answer = call(method, path, body);
    if (after_send) {
      if (auto fault = after_send(mutations.back()))
        return *fault;  // the effect is there, the answer is lost
    }
    return answer;
  }

  SystemClock clock;
  sandbox::World world{clock};
  std::vector<std::string> mutations;  // "PATCH /v2/…", in order
  std::uint64_t reads = 0;
  std::function<std::optional<Error>(const std::string&mutation)> before_send, after_send;
  std::function<std::optional<ApiAnswer>(const std::string& mutation)>
      refuse;  // in the server's place, without an effect
  std::function<void(std::string_view path, ApiAnswer&)> spoil_read;

 private:
  Result<ApiAnswer> call(std::string_view method, std::string_view path, std::string_view body) {
    if (method == "GET") ++reads;
    auto request = sandbox::request_for(std::string(method), std::string(path));
    request.version = api_version(path);
    request.api_key = "cal_live_owner";
    const auto answer = sandbox::handle(world, std::move(request), body);
    HttpAnswer raw;
    raw.status = answer.status;
    raw.body = boost::json::serialize(answer.body);
    return read_answer(std::move(raw), body, std::string(method) + " " + std::string(path));
  }
};

}  // namespace calsync
