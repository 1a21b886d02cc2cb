// The limits that rows of the settings table use: in words for people, and as a check. Pure.
#pragma once
#include "config/settings/setting.hpp"

namespace calsync::bounds {

Bounds<Milliseconds> between(Milliseconds least, Milliseconds most);
Bounds<std::int64_t> whole(std::int64_t least, std::int64_t most);
Bounds<double> share();  // 0 .. 1
Bounds<std::string> file_path(bool may_be_empty);
Bounds<std::string> https_url(bool may_be_empty);
Bounds<std::string> git_remote();
Bounds<std::string> listen_address();
Bounds<std::string> topic_prefix();
Bounds<std::string> bootstrap_servers();
Bounds<std::string> git_branch();
Bounds<std::string> inside_repository();
Bounds<std::string> retention();
Bounds<Texts> networks();
Bounds<Texts> host_names();

}  // namespace calsync::bounds
