// Every secret that the settings name, read at start and on SIGHUP: all of them, or all the reasons why not.
// Owner:    run_daemon(), then SecretsWatch.
// Runs on:  the main thread at start, then the secrets thread.
// Blocks:   reads files and asks servers.
// Fails:    `errors`; each has its line and names the setting, never what was read.
#pragma once
#include "config/settings/settings.hpp"
#include "connectors/kafka/kafka_options.hpp"
#include "connectors/webhook/listener.hpp"

#include <vector>

namespace calsync {

struct SecretsInForce {
  std::vector<ListenerSource> sources;
  Secret admin_token;
  Secret calcom_key;                  // empty: none is set
  Secret push_secret;                 // of config_repo; empty: pushes are not taken
  KafkaProperties kafka_properties;   // those whose reference could be read, and all that are no secret
  std::vector<SettingsError> errors;  // "intake.sources[main].secrets[0]: …"
  std::vector<SettingsError> warnings;
};

SecretsInForce read_secrets_in_force(const ReadSettings& read);

}  // namespace calsync
