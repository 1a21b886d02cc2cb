// A CalcomApi that answers as the test says, and remembers what it was asked.
#pragma once
#include "connectors/calcom/api.hpp"

#include <functional>
#include <string>
#include <vector>

namespace calsync {

class ScriptedApi final : public CalcomApi {
 public:
  using Answer = std::function<Result<ApiAnswer>(const std::string& call, std::string_view body)>;
  explicit ScriptedApi(Answer answer) : answer_(std::move(answer)) {}

  Result<ApiAnswer> get(std::string_view path, ApiUse use) override { return send("GET", path, {}, use); }
  Result<ApiAnswer> send(std::string_view method, std::string_view path, std::string_view body,
                         ApiUse) override {
    calls.push_back(std::string(method) + " " + std::string(path));
    return answer_(calls.back(), body);
  }
  std::vector<std::string> calls;

 private:
  Answer answer_;
};

inline ApiAnswer success(const std::string& data, const std::string& more = {}) {
  return {.status = 200, .body = R"({"status":"success","data":)" + data + more + "}"};
}

}  // namespace calsync
