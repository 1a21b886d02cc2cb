#include "daemon/calcom/api_call.hpp"

#include "state/base/utf8.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace calsync {
namespace json = boost::json;
namespace {

constexpr std::array<std::pair<std::string_view, ApiUse>, 4> uses{{{"poll", ApiUse::poll},
                                                                   {"interactive", ApiUse::interactive},
                                                                   {"apply", ApiUse::apply},
                                                                   {"drift", ApiUse::drift}}};

std::string text_of(const json::object& object, std::string_view name) {
  const auto* member = object.if_contains(json::string_view(name.data(), name.size()));
  return member && member->is_string() ? std::string(member->get_string()) : std::string();
}

std::int64_t number_of(const json::object& object, std::string_view name) {
  const auto* member = object.if_contains(json::string_view(name.data(), name.size()));
  json::error_code bad;
  const auto number = member ? member->to_number<std::int64_t>(bad) : 0;
  return bad ? 0 : number;
}

Errc errc_of(std::string_view text) {
  for (int n = 0; n <= static_cast<int>(Errc::cancelled); ++n)
    if (to_text(static_cast<Errc>(n)) == text) return static_cast<Errc>(n);
  return Errc::io;
}

json::object to_object(const Error& error) {
  json::object out{{"code", to_text(error.code)}, {"message", error.what}, {"retryAfter", nullptr}};
  if (error.retry_after) out["retryAfter"] = error.retry_after->count();
  return out;
}

Error read_failure(const json::object& failed) {
  Error error{errc_of(text_of(failed, "code")), text_of(failed, "message")};
  if (const auto* after = failed.if_contains("retryAfter"); after && after->is_int64())
    error.retry_after = std::chrono::seconds{after->get_int64()};
  return error;
}

}  // namespace

json::value to_json(const ApiCall& call) {
  const auto* use = std::ranges::find(uses, call.use, &std::pair<std::string_view, ApiUse>::second);
  return json::object{
      {"method", call.method}, {"path", call.path}, {"body", call.body}, {"use", std::string(use->first)}};
}

Result<ApiCall> read_api_call(const std::string& text) {
  const Error wrong{
      Errc::rejected,
      R"(the body is not {"method":TEXT,"path":TEXT,"body":TEXT,"use":"poll|interactive|apply|drift"})"};
  json::error_code bad;
  const json::value value = json::parse(text, bad);
  const auto* object = bad ? nullptr : value.if_object();
  if (object == nullptr) return wrong;
  ApiCall call{text_of(*object, "method"), text_of(*object, "path"), text_of(*object, "body")};
  const auto* use =
      std::ranges::find(uses, text_of(*object, "use"), &std::pair<std::string_view, ApiUse>::first);
  if (call.method.empty() || call.path.empty() || use == uses.end()) return wrong;
  call.use = use->second;
  return call;
}

Result<ApiAnswer> make_call(CalcomApi& api, const ApiCall& call) {
  return call.method == "GET" ? api.get(call.path, call.use)
                              : api.send(call.method, call.path, call.body, call.use);
}

json::value to_json(const Result<ApiAnswer>& outcome) {
  if (!outcome) return json::object{{"failed", to_object(outcome.error())}};
  // What is no UTF-8 is no JSON of Cal.com's either: of such an answer the status counts.
  return json::object{{"status", outcome->status},
                      {"body", is_utf8(outcome->body) ? outcome->body : std::string()},
                      {"code", outcome->code},
                      {"message", outcome->message},
                      {"requestId", outcome->request_id},
                      {"serverLimit", outcome->server_limit},
                      {"serverLeft", outcome->server_left}};
}

Result<ApiAnswer> read_api_outcome(const json::value& value) {
  const Error wrong{Errc::rejected,
                    "the daemon did not say what Cal.com answered: is it of another version?"};
  const auto* object = value.if_object();
  if (object == nullptr) return wrong;
  if (const auto* failed = object->if_contains("failed"); failed && failed->is_object())
    return read_failure(failed->get_object());
  const auto* status = object->if_contains("status");
  if (status == nullptr || !status->is_number()) return wrong;
  json::error_code bad;
  const auto number = status->to_number<unsigned>(bad);
  if (bad) return wrong;
  return ApiAnswer{.status = number,
                   .body = text_of(*object, "body"),
                   .code = text_of(*object, "code"),
                   .message = text_of(*object, "message"),
                   .request_id = text_of(*object, "requestId"),
                   .server_limit = number_of(*object, "serverLimit"),
                   .server_left = number_of(*object, "serverLeft")};
}

}  // namespace calsync
