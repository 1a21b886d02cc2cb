#include "connectors/secrets/servers.hpp"

#include "connectors/secrets/remote.hpp"
#include "state/base/log.hpp"

#include <map>
#include <mutex>
#include <stop_token>

namespace calsync {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::chrono::seconds left_alone{5};  // a server that did not answer

struct Hung {
  Steady::time_point since;
  Error why;
};

// `mutex` is held while a server is asked; `told` never.
struct Servers {
  std::mutex mutex;
  secret_places::VaultPlace vault;
  secret_places::DopplerPlace doppler;
  std::map<SecretRef::Place, Hung> hung;
  std::map<std::string, Secret, std::less<>> last_good;  // by reference

  std::mutex told;
  std::stop_source stop;
  std::string asked, vault_address, doppler_address;
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
  const std::scoped_lock lock(all.mutex, all.told);
  all.vault.use(vault, all.stop.get_token());
  all.doppler.use(doppler, all.stop.get_token());
  all.vault_address = "Vault at " + all.vault.address();
  all.doppler_address = "Doppler at " + doppler.address;
}

std::optional<std::chrono::milliseconds> secret_servers_due() {
  Servers& all = servers();
  const std::lock_guard lock(all.mutex);
  const auto due = all.vault.renew_at();
  if (!due) return std::nullopt;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - Steady::now());
  return std::max<std::chrono::milliseconds>(left, std::chrono::seconds{1});
}

std::string slow_secret_server() {
  Servers& all = servers();
  const std::lock_guard lock(all.told);
  return all.asked;
}

void begin_secret_look() {
  Servers& all = servers();
  const std::lock_guard lock(all.mutex);
  all.hung.clear();
}

void stop_secret_servers() {
  Servers& all = servers();
  const std::lock_guard lock(all.told);
  all.stop.request_stop();
}

void undo_stop_of_secret_servers() {
  Servers& all = servers();
  const std::scoped_lock lock(all.mutex, all.told);
  all.stop = {};
}

std::string stale_secrets() {
  Servers& all = servers();
  const std::lock_guard lock(all.told);
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

namespace {

// With `mutex` held. One that hangs is asked once in a while only.
Result<Secret> ask(Servers& all, const SecretRef& ref) {
  const auto known = all.hung.find(ref.place);
  if (known != all.hung.end() && Steady::now() - known->second.since < left_alone)
    return Error{known->second.why.code, ref.text() + ": its server did not answer just now"};
  const bool vault = ref.place == SecretRef::Place::vault;
  {
    const std::lock_guard lock(all.told);
    all.asked = vault ? all.vault_address : all.doppler_address;
  }
  auto read = vault ? all.vault.read(ref) : all.doppler.read(ref);
  {
    const std::lock_guard lock(all.told);
    all.asked.clear();
  }
  all.hung.erase(ref.place);
  if (!read && read.error().code == Errc::timeout)
    all.hung.emplace(ref.place, Hung{Steady::now(), read.error()});
  return read;
}

}  // namespace

Result<Secret> read_from_server(const SecretRef& ref) {
  Servers& all = servers();
  const std::string name = ref.text();
  const std::lock_guard lock(all.mutex);
  auto read = ask(all, ref);
  const std::lock_guard telling(all.told);
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
