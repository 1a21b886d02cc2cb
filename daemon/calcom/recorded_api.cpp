#include "daemon/calcom/recorded_api.hpp"

#include "state/base/crypto.hpp"
#include "state/base/log.hpp"
#include "state/events/json_text.hpp"

namespace calsync {
namespace {

std::string intent_record(const std::string& operation, std::string_view method, std::string_view path,
                          std::string_view body) {
  std::string out;
  JsonObject object(out);
  object.add("record", std::string_view("call.intent"))
      .add("operation", operation)
      .add("method", method)
      .add("path", path.substr(0, path.find('?')))  // a query may hold an e-mail address
      .add("bodyHash", to_hex(sha256(body)))
      .end();
  return out;
}

std::optional<std::string> if_any(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::string result_record(const std::string& operation, const Result<ApiAnswer>& answer) {
  std::string out;
  JsonObject object(out);
  object.add("record", std::string_view("call.result")).add("operation", operation);
  object.add_text("status", answer ? std::to_string(answer->status) : "");
  object.add("code", answer ? if_any(answer->code) : std::nullopt);
  object.add("requestId", answer ? if_any(answer->request_id) : std::nullopt);
  object.add("failed", answer ? std::nullopt : std::optional<std::string>(to_text(answer.error().code)));
  object.end();
  return out;
}

}  // namespace

Result<Appended> RecordedApi::write(std::string record) {
  return log_.append_and_wait({.source = RecordSource::apply,
                               .source_id = {},
                               .content_type = "application/json",
                               .received = clock_.wall(),
                               .body = std::move(record)});
}

Result<ApiAnswer> RecordedApi::send(std::string_view method, std::string_view path, std::string_view body,
                                    ApiUse use) {
  const std::string operation = random_uuid();
  CALSYNC_TRY(intent, "write down the call", write(intent_record(operation, method, path, body)));
  auto answer = api_.send(method, path, body, use);
  // The call was made whatever becomes of this record: its answer counts, and the intent stands alone.
  if (const auto result = write(result_record(operation, answer)); !result)
    log::warning("what came of a call to Cal.com is not in the log",
                 {log::field("intent", intent.sequence.value()), log::field("why", result.error().text())});
  return answer;
}

}  // namespace calsync
