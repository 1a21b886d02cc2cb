#include "connectors/git/push_hint.hpp"

#include "state/base/crypto.hpp"

#include <gtest/gtest.h>

#include <map>

namespace calsync::test {
namespace {

constexpr std::string_view secret = "It's a Secret to Everybody";
constexpr std::string_view body = "Hello, World!";
// GitHub's own example of a signature, from its documentation of webhooks.
const std::string signed_hex = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

std::optional<PushSender> sender(const std::map<std::string, std::string>& headers,
                                 std::string_view with = secret) {
  return push_sender(
      [&](std::string_view name) -> std::optional<std::string_view> {
        const auto found = headers.find(std::string(name));
        if (found == headers.end()) return std::nullopt;
        return found->second;
      },
      body, with);
}

TEST(PushHint, EachForgeProvesItInItsWay) {
  EXPECT_EQ(sender({{"X-Hub-Signature-256", "sha256=" + signed_hex}}), PushSender::github);
  EXPECT_EQ(sender({{"X-Gitea-Signature", signed_hex}}), PushSender::gitea);
  EXPECT_EQ(sender({{"X-Forgejo-Signature", signed_hex}}), PushSender::gitea);
  EXPECT_EQ(sender({{"X-Gitlab-Token", std::string(secret)}}), PushSender::gitlab);
}

TEST(PushHint, WhoDoesNotKnowTheSecretIsNobody) {
  std::string wrong = signed_hex;
  wrong.back() = '0';
  for (const std::map<std::string, std::string>& headers :
       std::vector<std::map<std::string, std::string>>{{},
                                                       {{"X-Hub-Signature-256", "sha256=" + wrong}},
                                                       {{"X-Hub-Signature-256", signed_hex}},
                                                       {{"X-Hub-Signature", "sha1=" + signed_hex}},
                                                       {{"X-Gitea-Signature", ""}},
                                                       {{"X-Gitea-Signature", "sha256=" + signed_hex}},
                                                       {{"X-Gitlab-Token", ""}},
                                                       {{"X-Gitlab-Token", "It's a Secret"}}})
    EXPECT_FALSE(sender(headers));
}

TEST(PushHint, APushIsToldFromWhatElseAHostTells) {
  const auto tells = [](const std::map<std::string, std::string>& headers) {
    return tells_of_a_push([&](std::string_view name) -> std::optional<std::string_view> {
      const auto found = headers.find(std::string(name));
      if (found == headers.end()) return std::nullopt;
      return found->second;
    });
  };
  EXPECT_TRUE(tells({}));
  EXPECT_TRUE(tells({{"X-GitHub-Event", "push"}}));
  EXPECT_TRUE(tells({{"X-Gitea-Event", "push"}, {"X-GitHub-Event", "push"}}));
  EXPECT_TRUE(tells({{"X-Gitlab-Event", "Push Hook"}}));
  EXPECT_TRUE(tells({{"X-Gitlab-Event", "System Hook"}}));
  EXPECT_FALSE(tells({{"X-GitHub-Event", "ping"}}));
  EXPECT_FALSE(tells({{"X-GitHub-Event", "pushed"}}));
  EXPECT_FALSE(tells({{"X-Gitlab-Event", "Issue Hook"}}));
}

TEST(PushHint, WithoutASecretOfOursNobodyKnowsIt) {
  EXPECT_FALSE(sender({{"X-Gitlab-Token", ""}}, ""));
  EXPECT_FALSE(sender({{"X-Gitea-Signature", to_hex(HmacKey("").sign(body))}}, ""));
}

}  // namespace
}  // namespace calsync::test
