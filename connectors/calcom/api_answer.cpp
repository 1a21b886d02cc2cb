#include "connectors/calcom/api_answer.hpp"

#include "connectors/calcom/error_message.hpp"
#include "connectors/calcom/request_budget.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

constexpr std::size_t levels_max = 64;
constexpr std::size_t name_bytes_max = 128;  // of a code or request id that goes into messages and logs

Result<json::value> parse(std::string_view body) {
  json::parse_options options;
  options.max_depth = levels_max;
  json::error_code bad;
  auto value = json::parse({body.data(), body.size()}, bad, {}, options);
  if (bad) return Error{Errc::rejected, "the answer is not JSON (" + bad.message() + ")"};
  return value;
}

// Letters, digits and little else: what a stranger's server sends is no way into a log line.
std::string plain_name(std::string_view text) {
  std::string out(text.substr(0, name_bytes_max));
  std::erase_if(out, [](char c) {
    return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
             c == '_' || c == '.' || c == ':');
  });
  return out;
}

// {"error":{code,message,details}}, or bare {statusCode,message,error}; nullptr: neither.
const json::object* error_of(const json::value& envelope) {
  const auto* object = envelope.if_object();
  const auto* error = object ? object->if_contains("error") : nullptr;
  if (error && error->if_object()) return error->if_object();
  return object && object->contains("message") ? object : nullptr;
}

void read_error(ApiAnswer& answer, std::string_view sent) {
  const auto envelope = parse(answer.body);
  const json::object* error = envelope ? error_of(*envelope) : nullptr;
  if (!error) {
    answer.message =
        envelope ? "without a reason"
                 : "the answer is not Cal.com's JSON: a proxy between, or calcom.base_url is another server?";
    return;
  }
  if (const auto* code = error->if_contains("code"); code && code->if_string())
    answer.code = plain_name({code->get_string().data(), code->get_string().size()});
  answer.message = safe_error_message(*error, sent);
}

Result<void> check_success(const ApiAnswer& answer, std::string_view call) {
  const bool may_be_empty = !call.starts_with("GET");  // of a DELETE the body does not matter
  if (answer.body.empty() && may_be_empty) return {};
  const auto not_ours = [&](const std::string& why) {
    return Error{Errc::rejected,
                 std::string(call) + ": " + why + ": a proxy between, or calcom.base_url is another server?"};
  };
  const auto envelope = parse(answer.body);
  if (!envelope) return not_ours(envelope.error().what);
  const auto* object = envelope->if_object();
  const auto* status = object ? object->if_contains("status") : nullptr;
  if (!status || !status->if_string() || status->get_string() != "success")
    return not_ours("the answer is not Cal.com's success");
  return {};
}

Errc code_for(unsigned status) {
  switch (status) {
    case 401:
    case 403:
      return Errc::unauthorised;
    case 404:
      return Errc::not_found;
    case 409:
      return Errc::conflict;
    case 408:
      return Errc::timeout;
    case 429:
      return Errc::rate_limited;
    default:
      return status >= 500 ? Errc::unavailable : Errc::rejected;
  }
}

}  // namespace

Result<ApiAnswer> read_answer(HttpAnswer from, std::string_view sent, std::string_view call) {
  ApiAnswer answer{.status = from.status};
  answer.request_id = plain_name(from.header("X-Request-Id"));
  for (const auto& [name, limit] : read_rate_limits(from.headers))
    if (limit.remaining >= answer.server_left) {
      answer.server_limit = limit.limit;
      answer.server_left = limit.remaining;
    }
  answer.body = std::move(from.body);
  if (answer.ok())
    CALSYNC_CHECK("read answer", check_success(answer, call));
  else
    read_error(answer, sent);
  return answer;
}

Error ApiAnswer::error(std::string_view call) const {
  std::string what(call.substr(0, call.find('?')));  // a query may hold an e-mail address
  what += ": " + std::to_string(status);
  if (!code.empty()) what += " " + code;
  if (!message.empty()) what += ": " + message;
  if (!request_id.empty() && request_id != "unknown-request-id") what += " (request " + request_id + ")";
  return {code_for(status), std::move(what)};
}

Result<json::value> read_envelope(const ApiAnswer& answer, std::string_view call) {
  if (!answer.ok()) return answer.error(call);
  if (answer.body.empty()) return json::value(nullptr);
  CALSYNC_TRY(envelope, std::string(call.substr(0, call.find('?'))), parse(answer.body));
  return envelope;
}

Result<json::value> read_data(const ApiAnswer& answer, std::string_view call) {
  CALSYNC_TRY(envelope, "read data", read_envelope(answer, call));
  auto* object = envelope.if_object();
  auto* data = object ? object->if_contains("data") : nullptr;
  return data ? std::move(*data) : json::value(nullptr);
}

}  // namespace calsync
