#include "connectors/secrets/servers.hpp"

#include "connectors/secrets/remote.hpp"
#include "state/base/log.hpp"

#include <map>
#include <mutex>

namespace calsync {
namespace {

struct Servers {
  std::mutex mutex;
  secret_places::VaultPlace vault;
  secret_places::DopplerPlace doppler;
  std::map<std::string, Secret, std::less<>> last_good;   // by reference
  std::map<std::string, std::string, std::less<>> stale;  // by reference: why; the log was told of each
};

// One for the process: a secret is named by a text alone, wherever it is needed.
Servers& servers() {
  static Servers one;
  return one;
}

bool may_pass(const Error& error) {
  return error.code == Errc::unavailable || error.code == Errc::timeout || error.code == Errc::io;
}

}  // namespace

void use_secret_servers(const Settings::Vault& vault, const Settings::Doppler& doppler) {
  Servers& all = servers();
  const std::lock_guard lock(all.mutex);
  all.vault.use(vault);
  all.doppler.use(doppler);
}

std::string stale_secrets() {
  Servers& all = servers();
  const std::lock_guard lock(all.mutex);
  std::string out;
  for (const auto& [name, why] : all.stale) out += (out.empty() ? "" : "; ") + why;
  return out;
}

bool is_on_server(const SecretRef& ref) {
  return ref.place == SecretRef::Place::vault || ref.place == SecretRef::Place::doppler;
}

Result<void> write_to_server(const SecretRef& ref, const Secret* secret) {
  if (ref.place != SecretRef::Place::vault)
    return Error{Errc::rejected, ref.text() + ": secrets are written to files and to Vault only"};
  Servers& all = servers();
  const std::lock_guard lock(all.mutex);
  return all.vault.write(ref, secret);
}

namespace secret_places {

Result<Secret> read_from_server(const SecretRef& ref) {
  Servers& all = servers();
  const std::string name = ref.text();
  const std::lock_guard lock(all.mutex);
  auto read = ref.place == SecretRef::Place::vault ? all.vault.read(ref) : all.doppler.read(ref);
  if (read) {
    all.last_good.insert_or_assign(name, *read);
    if (all.stale.erase(name) > 0) log::info("a secret can be read again", {log::field("secret", name)});
    return read;
  }
  const auto known = all.last_good.find(name);
  if (known == all.last_good.end() || !may_pass(read.error())) return read;
  if (all.stale.insert_or_assign(name, read.error().what).second)
    log::warning("a secret cannot be read now: the last good one stays in force",
                 {log::field("why", read.error().what)});
  return known->second;
}

}  // namespace secret_places
}  // namespace calsync
