// Was a push told by who knows our secret? GitHub, GitLab and Gitea (also Forgejo) each say it their way. A hint only: what the
// body says is never believed, not even which branch was pushed.
// Runs on: any thread. Never blocks. Pure.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace calsync {

enum class PushSender { github, gitlab, gitea };

// `header`: the value of a request's header by its name (any case), nullopt where it is missing or stands there twice.
using HeaderOf = std::function<std::optional<std::string_view>(std::string_view)>;

// Does the host say that something was pushed? Also where it names no event. It tells of issues, builds and pings as well.
bool tells_of_a_push(const HeaderOf& header);

// Who proved to know the secret; nullopt: nobody did. Compares in constant time.
std::optional<PushSender> push_sender(const HeaderOf& header, std::string_view body, std::string_view secret);

}  // namespace calsync
