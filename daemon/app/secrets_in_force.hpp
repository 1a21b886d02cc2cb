// Every secret that the settings name, read at start and on SIGHUP: all of them, or all the reasons why not.
// Owner:    run_daemon().
// Blocks:   reads files.
// Fails:    `errors`; each names file, line and setting, never what was read.
#pragma once
#include "config/settings/settings.hpp"
#include "connectors/webhook/listener.hpp"

#include <map>
#include <string>
#include <vector>

namespace calsync {

struct SecretsInForce {
  std::vector<ListenerSource> sources;
  Secret admin_token;
  std::map<std::string, std::string> kafka_properties;  // references resolved
  std::vector<std::string> errors;                      // "FILE:LINE: intake.sources[main].secrets[0]: …"
  std::vector<std::string> warnings;
};

SecretsInForce read_secrets_in_force(const Settings& settings, const std::string& settings_file);

}  // namespace calsync
