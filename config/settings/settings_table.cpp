// A new setting is a member in settings.hpp and a row here; nothing else.
#include "config/settings/settings_bounds.hpp"

namespace calsync {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using namespace bounds;

// The path is the member's name. NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define ROW(member, ...) \
  setting(               \
      #member, [](auto& s) -> auto& { return s.member; }, __VA_ARGS__)

std::vector<Setting> calcom_rows() {
  return {
      ROW(calcom.base_url, "Where Cal.com's API answers.", https_url(false), "\"https://api.cal.com\""),
      ROW(calcom.organization_id, "The organisation's number; events name it as their source.",
          whole(1, 1'000'000'000'000), "42"),
      ROW(calcom.api_key, "Key of an organisation owner.", {}, "\"env:CALCOM_API_KEY\"", Reload::sighup),
      ROW(calcom.requests_per_minute, "Calls that calsync allows itself; Cal.com locks a key out at 120.",
          whole(1, 100'000), "100"),
      ROW(calcom.ca_file, "PEM file of a self-hosted Cal.com's certificate authority; empty: the system's.",
          file_path(true)),
  };
}

std::vector<Setting> intake_rows() {
  return {
      ROW(intake.listen, "Address of the webhook listener (a socket handed over by systemd wins).",
          listen_address(), "\"127.0.0.1:8787\""),
      ROW(intake.public_url, "How Cal.com reaches it from outside: its subscriber URL is this + /hooks/ID.",
          https_url(true)),
      ROW(intake.tls.certificate, "PEM file with the chain; with private_key. Empty: plain HTTP.",
          file_path(true)),
      ROW(intake.tls.private_key, "PEM file with the key, readable by the daemon only.", file_path(true)),
      ROW(intake.insecure, "Allow plain HTTP on an address that other machines reach."),
      ROW(intake.trusted_proxies, "Proxies whose X-Forwarded-For is believed.", networks()),
      ROW(intake.sources, "Who may post to /hooks/ID: 1 to 3 active secrets each.", {},
          "[{id: \"main\", secrets: [\"file:/etc/calsync/webhook_secret\"]}]", Reload::sighup),
  };
}

std::vector<Setting> poll_rows() {
  return {
      ROW(poll.interval, "Wait between two polls for changed bookings.", between(1s, days{1}), "2m"),
      ROW(poll.overlap, "How far a poll looks back behind the last good one.", between(1min, days{7}), "15m"),
      ROW(poll.full_sweep, "Wait between two sweeps over every booking in the window.",
          between(10s, days{31}), "24h"),
      ROW(poll.past, "The sweep's window: how far back.", between(1h, days{3660}), "35d"),
      ROW(poll.future, "The sweep's window: how far ahead.", between(1h, days{3660}), "180d"),
  };
}

std::vector<Setting> log_rows() {
  return {
      ROW(log.path, "Directory of the event log; made with mode 0700.", file_path(false),
          "\"/var/lib/calsync/log\""),
      ROW(log.retention, "How long records and events are kept in the log (such as 400d); the views stay.",
          retention(), "\"forever\""),
      ROW(log.backup.path,
          "Directory for backups, best on another disk; they hold the keys, too. Empty: none by itself.",
          file_path(true)),
      ROW(log.backup.interval, "Wait between two backups.", between(1s, days{31})),
      ROW(log.backup.keep, "How many backups are kept; older ones are deleted.", whole(1, 100'000)),
  };
}

std::vector<Setting> kafka_rows() {
  return {
      ROW(kafka.mode, "embedded is a broker inside this process, for demonstrations: it keeps nothing.", {},
          "cluster"),
      ROW(kafka.bootstrap_servers, "The brokers to ask first.", bootstrap_servers(), "\"localhost:9092\""),
      ROW(kafka.topic_prefix, "In front of every topic's name.", topic_prefix(), "\"calsync.\""),
      ROW(kafka.create_topics, "Make topics that are missing.", {}, "true"),
      ROW(kafka.properties, "Any librdkafka property; a password is a secret reference.", {}, {},
          Reload::restart),
  };
}

std::vector<Setting> config_repo_rows() {
  return {
      ROW(config_repo.url, "Git remote of the organisation's configuration; empty: none.", git_remote(),
          "\"ssh://git@git.example.org/calcom.git\""),
      ROW(config_repo.branch, "The branch that is the truth.", git_branch(), "\"main\""),
      ROW(config_repo.path, "Directory inside the repository.", inside_repository(), "\".\""),
      ROW(config_repo.poll, "Wait between two looks for a new commit.", between(1s, days{1}), "1m"),
      ROW(config_repo.push_secret, "Secret of the push webhook at /hooks/git/config.", {}, {},
          Reload::sighup),
      ROW(config_repo.require_signature, "Take only commits signed by a key in allowed_signers."),
      ROW(config_repo.allowed_signers,
          "File of ssh keys as ssh-keygen(1) describes it, outside the repository.", file_path(true)),
  };
}

std::vector<Setting> reconcile_rows() {
  return {
      ROW(reconcile.mode, "observe reports drift, plan also says what would be done, apply does it.", {},
          "observe"),
      ROW(reconcile.interval, "Wait between two looks at the live organisation.", between(1s, days{7}),
          "10m"),
      ROW(reconcile.max_removals, "Most objects of a kind that one run may remove.", whole(0, 1'000'000),
          "3"),
      ROW(reconcile.max_removal_share, "The same as a share of all of that kind; the larger of both holds.",
          share(), "0.1"),
  };
}

std::vector<Setting> admin_rows() {
  return {
      ROW(admin.listen, "Address of health, metrics, status and the HTTP API.", listen_address(),
          "\"127.0.0.1:9464\""),
      ROW(admin.hosts, "Names that a Host header may give it, besides its address.", host_names()),
      ROW(admin.token, "Bearer token; must be set where other machines reach the address.", {}, {},
          Reload::sighup),
  };
}

std::vector<Setting> secret_place_rows() {
  return {
      ROW(vault.address, "HashiCorp Vault, for vault:MOUNT/PATH#FIELD (KV v2); empty: VAULT_ADDR.",
          https_url(true), "\"https://vault.example.org:8200\""),
      setting(
          "vault.namespace", [](auto& s) -> auto& { return s.vault.name_space; },
          "Vault Enterprise namespace."),
      ROW(vault.token, "Token, or role_id and secret_id instead.", {}, "\"env:VAULT_TOKEN\"", Reload::sighup),
      ROW(vault.role_id, "AppRole."),
      ROW(vault.secret_id, "AppRole's secret.", {}, {}, Reload::sighup),
      ROW(vault.ca_file, "PEM file of Vault's certificate authority; empty: the system's.", file_path(true)),
      ROW(doppler.address, "Doppler, for doppler:NAME.", https_url(false), "\"https://api.doppler.com\""),
      ROW(doppler.token, "Service token of one config.", {}, "\"env:DOPPLER_TOKEN\"", Reload::sighup),
  };
}

#undef ROW

}  // namespace

const std::vector<Setting>& settings_table() {
  static const std::vector<Setting> table = [] {
    std::vector<Setting> all;
    for (auto rows : {calcom_rows, intake_rows, poll_rows, log_rows, kafka_rows, config_repo_rows,
                      reconcile_rows, admin_rows, secret_place_rows})
      std::ranges::move(rows(), std::back_inserter(all));
    return all;
  }();
  return table;
}

const std::vector<Section>& settings_sections() {
  static const std::vector<Section> sections{
      {"calcom", "Cal.com's API: polls, bookings' actions, plan and apply.", false,
       [](Settings& s) { return &s.calcom.present; }},
      {"intake", "The listener that Cal.com's webhooks come to. Without it: none.", true,
       [](Settings& s) { return &s.intake.present; }},
      {"poll", "Finds what no webhook told.", false, [](Settings& s) { return &s.poll.present; }},
      {"log", "The event log: the only truth.", true, nullptr},
      {"kafka", "Where events go. Without it: they stay in the log.", true,
       [](Settings& s) { return &s.kafka.present; }},
      {"config_repo", "The organisation as code.", false, [](Settings& s) { return &s.config_repo.present; }},
      {"reconcile", "Keeps the live organisation equal to config_repo.", false,
       [](Settings& s) { return &s.reconcile.present; }},
      {"admin", "Health, metrics, status.", true, nullptr},
      {"vault", "A place for secrets.", false, nullptr},
      {"doppler", "A place for secrets.", false, nullptr},
  };
  return sections;
}

}  // namespace calsync
