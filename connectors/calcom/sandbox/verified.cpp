// Addresses and numbers that a team's workflows may write to, once somebody has proved that they are theirs. No message is sent
// here: any six digits are the right code.
#include "connectors/calcom/sandbox/checks.hpp"
#include "connectors/calcom/sandbox/guards.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <algorithm>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

template <const char* const& member>
Answer list(World& world, const Request&, const PathParams& params) {
  json::array data;
  for (const auto& [id, row] : world.verified.rows())
    if (number_of(row, "teamId") == params.id("teamId") && row.contains(member))
      data.push_back(json::object{{"id", id}, {member, row.at(member)}, {"teamId", row.at("teamId")}});
  return success(std::move(data));
}

template <const char* const& member>
Answer ask_for_code(World&, const Request& request, const PathParams&) {
  if (!request.body.is_object() || text_of(request.body.get_object(), member).empty())
    return refused(400, std::string(member) + " is missing");
  return {200, json::object{{"status", "success"}}};
}

bool is_code(std::string_view text) {
  return text.size() == 6 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

template <const char* const& member>
Answer prove(World& world, const Request& request, const PathParams& params) {
  if (!request.body.is_object()) return refused(400, std::string(member) + " is missing");
  const json::object& given = request.body.get_object();
  const std::string whose(text_of(given, member));
  if (whose.empty() || !is_code(text_of(given, "code"))) return refused(400, "Invalid verification code");
  const auto id = world.verified.insert({{"teamId", params.id("teamId")}, {member, whose}});
  return success(json::object{{"id", id}, {member, whose}, {"teamId", params.id("teamId")}});
}

constexpr const char* email = "email";
constexpr const char* phone = "phoneNumber";

}  // namespace

Routes verified_routes() {
  const std::string team = "/v2/organizations/{orgId}/teams/{teamId}/verified-resources";
  const std::string code = "/verification-code";
  return {
      {"GET", team + "/emails", Versions::any, Role::team_admin, list<email>},
      {"GET", team + "/phones", Versions::any, Role::team_admin, list<phone>},
      {"POST", team + "/emails" + code + "/request", Versions::any, Role::team_admin, ask_for_code<email>},
      {"POST", team + "/phones" + code + "/request", Versions::any, Role::team_admin, ask_for_code<phone>},
      {"POST", team + "/emails" + code + "/verify", Versions::any, Role::team_admin, prove<email>},
      {"POST", team + "/phones" + code + "/verify", Versions::any, Role::team_admin, prove<phone>}};
}

}  // namespace calsync::sandbox
