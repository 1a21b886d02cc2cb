#include "config/settings/settings_rules.hpp"

#include "config/settings/addresses.hpp"
#include "state/base/host_port.hpp"

namespace calsync {
namespace {

// The line of the first of these that the file has; 0: none.
int line_of(const Lines& lines, std::initializer_list<const char*> paths) {
  for (const char* path : paths)
    if (const auto at = lines.find(path); at != lines.end()) return at->second;
  return 0;
}

void check_calcom(const Settings& s, const Lines& lines, Report& report) {
  if (!s.calcom.present) return;
  if (!lines.contains("calcom.organization_id"))
    report.error(line_of(lines, {"calcom"}),
                 "calcom.organization_id: is missing: events name it as their source");
  if (s.calcom.api_key.empty())
    report.warning(line_of(lines, {"calcom.api_key", "calcom"}),
                   "calcom.api_key: is not set: the API cannot be read without it");
}

void check_intake(const Settings& s, const Lines& lines, Report& report) {
  if (!s.intake.present) return;
  if (!lines.contains("intake.sources"))
    report.error(line_of(lines, {"intake"}),
                 "intake.sources: is missing: name at least one, such as [{id: main, secrets: "
                 "[\"file:/etc/calsync/webhook_secret\"]}]");
  const auto& tls = s.intake.tls;
  if (tls.certificate.empty() != tls.private_key.empty())
    report.error(line_of(lines, {"intake.tls.certificate", "intake.tls.private_key", "intake.tls"}),
                 "intake.tls: certificate and private_key go together: set both, or none for plain HTTP");
  const bool plain = tls.certificate.empty() && tls.private_key.empty();
  if (plain && !s.intake.insecure && reaches_others(s.intake.listen))
    report.error(line_of(lines, {"intake.listen"}),
                 "intake.listen: plain HTTP on an address that other machines reach: set intake.tls, listen "
                 "on 127.0.0.1 "
                 "behind a proxy, or allow it with intake.insecure: true");
}

void check_admin(const Settings& s, const Lines& lines, Report& report) {
  if (reaches_others(s.admin.listen) && s.admin.token.empty())
    report.error(line_of(lines, {"admin.listen"}),
                 "admin.listen: other machines reach this address: set admin.token, or listen on 127.0.0.1");
}

// Who listens second finds the address in use. Port 0 is any free one; 0.0.0.0 and [::] hold the port
// everywhere.
bool same_place(const std::string& one, const std::string& other) {
  const auto a = parse_listen_address(one);
  const auto b = parse_listen_address(other);
  if (!a || !b || a->port != b->port || a->port == 0) return false;
  const auto name = [](const std::string& host) { return host == "localhost" ? "127.0.0.1" : host; };
  const auto all = [](const std::string& host) { return host == "0.0.0.0" || host == "::"; };
  return name(a->host) == name(b->host) || all(a->host) || all(b->host);
}

void check_listeners(const Settings& s, const Lines& lines, Report& report) {
  if (!s.intake.present || !same_place(s.intake.listen, s.admin.listen)) return;
  const int intake = line_of(lines, {"intake.listen"});
  const int admin = line_of(lines, {"admin.listen"});
  const auto place = [](int line) {
    return line > 0 ? " (line " + std::to_string(line) + ")" : " (its default)";
  };
  report.error(intake > 0 ? intake : admin, "intake.listen" + place(intake) + " and admin.listen" +
                                                place(admin) +
                                                " are the same address: give one of them another port");
}

void check_kafka(const Settings& s, const Lines& lines, Report& report) {
  if (s.kafka.mode != KafkaMode::embedded) return;
  for (const char* path : {"kafka.bootstrap_servers", "kafka.properties"})
    if (lines.contains(path))
      report.warning(lines.at(path), std::string(path) + ": is not used with kafka.mode: embedded");
}

void check_config_repo(const Settings& s, const Lines& lines, Report& report) {
  if (s.config_repo.require_signature && s.config_repo.allowed_signers.empty())
    report.error(
        line_of(lines, {"config_repo.require_signature"}),
        "config_repo.require_signature: needs config_repo.allowed_signers: the file of keys that may sign");
}

void check_vault(const Settings& s, const Lines& lines, Report& report) {
  if (s.vault.role_id.empty() != s.vault.secret_id.empty())
    report.error(line_of(lines, {"vault.role_id", "vault.secret_id"}),
                 "vault: role_id and secret_id go together: set both");
}

}  // namespace

void check_rules(const Settings& settings, const Lines& lines, Report& report) {
  check_calcom(settings, lines, report);
  check_intake(settings, lines, report);
  check_admin(settings, lines, report);
  check_listeners(settings, lines, report);
  check_kafka(settings, lines, report);
  check_config_repo(settings, lines, report);
  check_vault(settings, lines, report);
}

}  // namespace calsync
