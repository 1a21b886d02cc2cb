// The daemon's settings as values (DESIGN §5, §12.1). Pure: text in, values or all the errors out.
// One row per setting in settings_table.cpp gives parsing, bounds, default, --help, the example file and
// --print-settings.
#pragma once
#include "config/settings/secret_ref.hpp"
#include "state/base/time.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace calsync {

enum class KafkaMode { cluster, embedded };
enum class ReconcileMode { off, observe, plan, apply };

struct IntakeSource {
  std::string id;                  // [A-Za-z0-9_-]{1,64}; `git` is reserved
  std::vector<SecretRef> secrets;  // 1..3 active ones
};

struct Settings {
  struct Calcom {
    bool present = false;  // the section is in the file
    std::string base_url = "https://api.cal.com";
    std::int64_t organization_id = 0;
    SecretRef api_key;
    std::int64_t requests_per_minute = 100;
    std::string ca_file;
  } calcom;
  struct Intake {
    bool present = false;
    std::string listen = "127.0.0.1:8787";
    std::string public_url;
    struct Tls {
      std::string certificate;
      std::string private_key;
    } tls;
    bool insecure = false;  // plain HTTP on a non-loopback address
    std::vector<std::string> trusted_proxies;
    std::vector<IntakeSource> sources;
  } intake;
  struct Poll {
    bool present = false;
    std::chrono::milliseconds interval = std::chrono::minutes{2}, overlap = std::chrono::minutes{15},
                              full_sweep = std::chrono::hours{24}, past = std::chrono::hours{24 * 35},
                              future = std::chrono::hours{24 * 180};
  } poll;
  struct Log {
    std::string path = "/var/lib/calsync/log";
    std::string retention = "forever";  // or a duration
    struct Backup {
      std::string path;
      std::chrono::milliseconds interval = std::chrono::hours{1};
      std::int64_t keep = 24;
    } backup;
  } log;
  struct Kafka {
    bool present = false;
    KafkaMode mode = KafkaMode::cluster;
    std::string bootstrap_servers = "localhost:9092";
    std::string topic_prefix = "calsync.";
    bool create_topics = true;
    // Any librdkafka property; secret references allowed as values.
    std::map<std::string, std::string> properties;
  } kafka;
  struct ConfigRepo {
    bool present = false;
    std::string url, branch = "main", path = ".";
    std::chrono::milliseconds poll = std::chrono::minutes{1};
    SecretRef push_secret;
    bool require_signature = false;
    std::string allowed_signers;
  } config_repo;
  struct Reconcile {
    bool present = false;
    ReconcileMode mode = ReconcileMode::observe;
    std::chrono::milliseconds interval = std::chrono::minutes{10};
    std::int64_t max_removals = 3;
    double max_removal_share = 0.1;
  } reconcile;
  struct Admin {
    std::string listen = "127.0.0.1:9464";
    std::vector<std::string> hosts;  // names of ours in a Host header, besides the address
    SecretRef token;
  } admin;
  struct Vault {
    std::string address, name_space, role_id;
    SecretRef token, secret_id;
    std::string ca_file;
  } vault;
  struct Doppler {
    std::string address = "https://api.doppler.com";
    SecretRef token;
  } doppler;
};

struct SettingsError {
  int line = 0;      // 1-based; 0: the file as a whole
  std::string what;  // what is wrong and the cure; never the value of a secret
};

// Path → line, of sections, settings and what is inside of them ("intake.sources[0].secrets[1]",
// "kafka.properties.linger.ms"); what the file does not have is not here.
using Lines = std::map<std::string, int>;

struct ReadSettings {
  Settings settings;
  Lines lines;
  std::vector<SettingsError> errors;  // all of them, by line; empty: good
  std::vector<SettingsError> warnings;
};

// `text` is YAML (JSON is YAML). Every section may be missing. Unknown keys name the nearest known one.
ReadSettings read_settings(std::string_view text);
// For command-line use of a settings file that lies on disk: errors carry "FILE:LINE: what".
Result<ReadSettings> read_settings_file(const std::string& path);
std::vector<std::string> render_errors(std::string_view file, const std::vector<SettingsError>& errors);

// YAML with every value in force; secret references, never values.
std::string print_settings(const Settings& settings);
std::string example_settings();  // the documented example file
std::string settings_help();     // a line per setting: name, type, bounds, default, text

// Settings that differ and that a running daemon does not take over on SIGHUP, by path
// ("kafka.topic_prefix"). Taken over: secrets (and intake.sources as a whole); certificate files are read
// again whether or not their path changed.
std::vector<std::string> changes_that_need_restart(const Settings& running, const Settings& now);

// ce_source (DESIGN §8, §12.1): "/calsync/<organisation id>", or "/calsync/local" without `calcom`.
std::string event_source(const Settings& settings);

}  // namespace calsync
