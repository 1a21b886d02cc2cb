#include "connectors/calcom/sandbox/errors.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

struct Kind {
  unsigned status;
  const char* code;   // Nest's class
  const char* error;  // HTTP's words
};

constexpr Kind kinds[] = {
    {400, "BadRequestException", "Bad Request"},
    {401, "UnauthorizedException", "Unauthorized"},
    {403, "ForbiddenException", "Forbidden"},
    {404, "NotFoundException", "Not Found"},
    {409, "ConflictException", "Conflict"},
    {422, "UnprocessableEntityException", "Unprocessable Entity"},
};

const Kind& kind(unsigned status) {
  const auto* at =
      std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind& k) { return k.status == status; });
  return at == std::end(kinds) ? kinds[0] : *at;
}

}  // namespace

Answer refused(unsigned status, std::string_view message) {
  const Kind& of = kind(status);
  return {status,
          json::object{{"code", of.code},
                       {"message", message},
                       {"details", {{"message", message}, {"error", of.error}, {"statusCode", of.status}}}}};
}

Answer failed(unsigned status, std::string_view code, std::string_view message) {
  return {status, json::object{{"code", code}, {"message", message}}};
}

Answer trpc_error() {
  return failed(400, "TRPCError", "Bad request: Please check your request data and try again");
}
Answer internal_error() {
  return failed(500, "INTERNAL_SERVER_ERROR", "There was an error, please try again later.");
}
Answer conflict() {
  return failed(409, "CONFLICT", "Invalid Input: Trying to create a record that already exists.");
}
Answer bare_server_error() {
  return {500, json::object{{"statusCode", 500}, {"message", "Internal server error"}}};
}

json::object finding(const json::value& target, const Invalid& invalid) {
  json::object error{{"target", target}};
  if (invalid.value != nullptr) error["value"] = *invalid.value;
  error["property"] = invalid.property;
  error["children"] = invalid.children;
  if (invalid.constraints.empty()) return error;
  json::object constraints;
  for (const auto& [name, text] : invalid.constraints) constraints[name] = text;
  error["constraints"] = std::move(constraints);
  return error;
}

Answer invalid(const json::value& target, const std::vector<Invalid>& errors) {
  json::array findings;
  for (const Invalid& error : errors) findings.push_back(finding(target, error));
  return invalid(std::move(findings));
}

Answer invalid(json::array findings) {
  return {400, json::object{{"code", "BadRequestException"},
                            {"message", "Bad Request Exception"},
                            {"details", {{"errors", std::move(findings)}}}}};
}

Answer unknown_route(const Request& request) {
  return refused(404, "Cannot " + request.method + " " + request.target);
}

Answer too_many_requests() {
  constexpr std::string_view why = "CustomThrottlerGuard - Too many requests. Please try again later.";
  return {429, json::object{{"code", "ThrottlerException"}, {"message", why}, {"details", why}}};
}

Answer bad_json(std::string_view why) {
  return refused(400, why);
}

Answer in_envelope(World& world, const Request& request, Answer answer) {
  const auto* error = answer.body.if_object();
  if (answer.status < 400 || error == nullptr || !error->contains("code")) return answer;
  answer.body = json::object{{"status", "error"},
                             {"timestamp", to_text(world.clock.wall())},
                             {"path", request.target},
                             {"error", std::move(answer.body)}};
  return answer;
}

}  // namespace calsync::sandbox
