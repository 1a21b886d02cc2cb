#include "connectors/git/push_hint.hpp"

#include "state/base/crypto.hpp"

#include <utility>

namespace calsync {
namespace {

bool is_signed(std::string_view hex, std::string_view body, std::string_view secret) {
  const auto told = digest_from_hex(hex);
  return told && equal_in_constant_time(*told, HmacKey(secret).sign(body));
}

// Of texts whose lengths differ, too, nothing is learned but that they differ.
bool is_same(std::string_view a, std::string_view b) {
  return equal_in_constant_time(sha256(a), sha256(b));
}

// Gitea sends GitHub's, too. GitLab's system hooks name their event in the body, which is not believed: any of them is a hint.
constexpr std::pair<std::string_view, std::string_view> push_events[] = {{"X-GitHub-Event", "push"},
                                                                         {"X-Gitea-Event", "push"},
                                                                         {"X-Forgejo-Event", "push"},
                                                                         {"X-Gitlab-Event", "Push Hook"},
                                                                         {"X-Gitlab-Event", "System Hook"}};

}  // namespace

bool tells_of_a_push(const HeaderOf& header) {
  bool named = false;
  for (const auto& [name, event] : push_events) {
    const auto told = header(name);
    if (told == event) return true;
    named = named || told;
  }
  return !named;
}

std::optional<PushSender> push_sender(const HeaderOf& header, std::string_view body,
                                      std::string_view secret) {
  if (secret.empty()) return std::nullopt;
  constexpr std::string_view algorithm = "sha256=";
  if (const auto told = header("X-Hub-Signature-256"); told && told->starts_with(algorithm)) {
    if (is_signed(told->substr(algorithm.size()), body, secret)) return PushSender::github;
  }
  for (const std::string_view name : {"X-Gitea-Signature", "X-Forgejo-Signature"}) {
    if (const auto told = header(name); told && is_signed(*told, body, secret)) return PushSender::gitea;
  }
  if (const auto told = header("X-Gitlab-Token"); told && is_same(*told, secret)) return PushSender::gitlab;
  return std::nullopt;
}

}  // namespace calsync
