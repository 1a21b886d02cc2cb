#include "daemon/cli/sandbox_client.hpp"

#include "connectors/http/client.hpp"

namespace calsync::cli {

namespace json = boost::json;

namespace {

std::string words_of(const json::value& answer) {
  json::error_code missing;
  const auto* message = answer.find_pointer("/error/message", missing);
  return message != nullptr && message->is_string() ? std::string(message->get_string())
                                                    : json::serialize(answer);
}

}  // namespace

Result<json::value> ask_sandbox(const Context& context, const SandboxPlace& place, const std::string& method,
                                const std::string& target, const json::value& body) {
  CALSYNC_TRY(url, "--url", parse_http_url(place.url));
  HttpClientOptions options;
  options.stop = context.stop;
  CALSYNC_TRY(client, "sandbox", HttpClient::to(url, std::move(options)));
  const std::string text = body.is_null() ? "" : json::serialize(body);
  HttpRequest request{.method = method, .target = target, .body = text, .repeatable = method == "GET"};
  request.headers = {{"Content-Type", "application/json"}, {"cal-api-version", "2024-08-13"}};
  if (!place.api_key.empty()) request.headers.emplace_back("Authorization", "Bearer " + place.api_key);
  const auto answer = client.send(request);
  if (!answer)
    return Error{answer.error().code,
                 answer.error().what + "; is a sandbox running there? Start one: calsync sandbox"};
  json::error_code wrong;
  const json::value parsed = json::parse(answer->body, wrong);
  if (wrong || !parsed.is_object())
    return Error{Errc::rejected,
                 url.origin() + " answered " + std::to_string(answer->status) + " with no JSON: no sandbox"};
  if (answer->status >= 300)
    return Error{Errc::rejected,
                 "the sandbox answered " + std::to_string(answer->status) + ": " + words_of(parsed)};
  const auto* data = parsed.get_object().if_contains("data");
  return data == nullptr ? json::value(nullptr) : *data;
}

}  // namespace calsync::cli
