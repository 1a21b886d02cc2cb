#include "connectors/calcom/sandbox/routes.hpp"

#include "connectors/calcom/sandbox/guards.hpp"
#include "connectors/calcom/sandbox/resource.hpp"

#include <charconv>
#include <optional>

namespace calsync::sandbox {

namespace {

std::string_view next_part(std::string_view& path) {
  const auto slash = path.find('/');
  const auto part = path.substr(0, slash);
  path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  return part;
}

bool is_parameter(std::string_view part) {
  return part.starts_with('{');
}
std::string_view name_of(std::string_view part) {
  return part.substr(1, part.size() - 2);
}

bool matches(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() || !path.empty()) {
    const auto wanted = next_part(pattern), given = next_part(path);
    if (is_parameter(wanted) ? given.empty() : wanted != given) return false;
  }
  return true;
}

std::map<std::string, std::string, std::less<>> parameters(std::string_view pattern, std::string_view path) {
  std::map<std::string, std::string, std::less<>> values;
  while (!pattern.empty()) {
    const auto wanted = next_part(pattern), given = next_part(path);
    if (is_parameter(wanted)) values.emplace(name_of(wanted), given);
  }
  return values;
}

bool all_numbers(const PathParams& params) {
  return std::all_of(params.values.begin(), params.values.end(), [](const auto& value) {
    const auto& [name, text] = value;
    if (!name.ends_with("Id") || is_textual(name)) return true;
    return !text.empty() && text.size() <= 18 && text.find_first_not_of("0123456789") == std::string::npos;
  });
}

// Which shape a version asks of a group; nothing: a version that is known, but not served there.
std::optional<Shape> shape_of(Versions group, std::string_view version) {
  constexpr std::string_view v0411 = "2024-06-11", v0614 = "2024-06-14", v0813 = "2024-08-13",
                             v0904 = "2024-09-04";
  const bool unknown = version != v0411 && version != v0614 && version != v0813 && version != v0904;
  if (group == Versions::any) return Shape::newest;
  if (unknown) return Shape::old;
  switch (group) {
    case Versions::bookings:
      if (version == v0904) return std::nullopt;
      return version == v0813 ? Shape::newest : Shape::old;
    case Versions::event_types:
      if (version == v0813 || version == v0904) return std::nullopt;
      return version == v0614 ? Shape::newest : Shape::old;
    case Versions::schedules:
      if (version == v0813 || version == v0904) return std::nullopt;
      return Shape::newest;
    default:
      return version == v0904 ? Shape::newest : Shape::old;
  }
}

// Of the routes that fit, the one with the most plain text wins: /teams/me before /teams/{teamId}.
const Route* find_route(const Request& request, std::string_view path) {
  const Route* best = nullptr;
  for (const Route& route : all_routes()) {
    if (route.method != request.method || !matches(route.pattern, path)) continue;
    if (shape_of(route.versions, request.version) != route.shape) continue;
    const auto parameters_of = [](const Route& of) {
      return std::count(of.pattern.begin(), of.pattern.end(), '{');
    };
    if (best == nullptr || parameters_of(route) < parameters_of(*best)) best = &route;
  }
  return best;
}

Answer guarded(World& world, const Request& request, const Route& route, PathParams& params) {
  if (auto refusal = key_guard(world, request, route, params)) return *std::move(refusal);
  if (!all_numbers(params)) return internal_error();
  if (auto refusal = path_guard(world, route, params)) return *std::move(refusal);
  if (params.mount != nullptr && params.mount->guard != nullptr)
    if (auto refusal = params.mount->guard(world, request, params)) return *std::move(refusal);
  return route.handler(world, request, params);
}

}  // namespace

std::int64_t PathParams::id(std::string_view name) const {
  const std::string& text = this->text(name);
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

const std::string& PathParams::text(std::string_view name) const {
  return values.find(name)->second;
}

std::int64_t PathParams::caller_id() const {
  return caller == nullptr ? 0 : caller->at("id").as_int64();
}

bool is_textual(std::string_view parameter) {
  return parameter == "webhookId" || parameter == "attributeId" || parameter == "optionId" ||
         parameter == "attributeOptionId";
}

const Routes& all_routes() {
  static const Routes routes = [] {
    Routes all = resource_routes();
    for (Route& route : booking_routes()) all.push_back(std::move(route));
    return all;
  }();
  return routes;
}

Answer handle(World& world, const Request& request) {
  // The server serves /api/v2 too, and a key is counted only where a route is found and the key is known.
  const std::string path = request.path.starts_with("/api/v2/") ? request.path.substr(4) : request.path;
  const Route* route = find_route(request, path);
  if (route == nullptr) return in_envelope(world, request, unknown_route(request));
  PathParams params{parameters(route->pattern, path), nullptr, route->mount};
  const bool known = !request.api_key.starts_with(key_prefix) || find_key(world, request.api_key) != nullptr;
  const auto verdict = known ? world.limit.ask(request.api_key, world.clock.steady()) : RateLimit::Verdict{};
  if (request.method != "GET") ++world.changes;
  Answer answer = verdict.refused ? too_many_requests() : guarded(world, request, *route, params);
  answer.headers = verdict.headers();
  return in_envelope(world, request, std::move(answer));
}

Answer handle(World& world, Request request, std::string_view body) {
  if (!body.empty()) {
    boost::json::error_code wrong;
    boost::json::stream_parser parser;
    parser.write(body.data(), body.size(), wrong);
    if (!wrong) parser.finish(wrong);
    if (wrong)
      return in_envelope(world, request,
                         bad_json(wrong == boost::json::error::incomplete ? "Unexpected end of JSON input"
                                                                          : "Unexpected token in JSON"));
    request.body = parser.release();
  }
  return handle(world, request);
}

}  // namespace calsync::sandbox
