// What a request's head asks for: a source that we take deliveries for, and how it is signed; or a refusal.
// Runs on: any thread; pure.
#pragma once
#include "connectors/http/request_policy.hpp"
#include "connectors/webhook/signature.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace calsync {

struct Admitted {
  std::uint64_t content_length = 0;
  bool keep_alive = false, expects_continue = false;
  std::shared_ptr<SourceKeys> source;
  std::optional<Digest> signature;  // nullopt: none, two, or not exactly 64 hex digits
  std::string content_type;         // cut to what the log keeps of it
  bool is_push = false;             // of the configuration repository: `fields` is what tells who sent it
  std::vector<std::pair<std::string, std::string>> fields{};  // of a push alone; names as sent
};

// `bytes`: one head, whole. `head` is set by it, with views into `bytes`.
std::optional<RequestRefusal> admit(std::string_view bytes, const RequestRules& rules,
                                    const SourceTable& sources, RequestHead& head, Admitted& out);

}  // namespace calsync
