// Secrets that a server keeps: HashiCorp Vault (KV version 2) and Doppler.
// Owner:    the process: one set of places, as the settings say.
// Runs on:  any thread; one request at a time.
// Blocks:   on the network, some seconds; slow_secret_server(), stale_secrets() and stop_secret_servers() do not.
// Promises: what was once read stays in force while its server does not answer, and the log says so once; the value never shows. A
//           Vault token is renewed when two thirds of its time are over, where whoever owns it looks then (secret_servers_due()); of an
//           AppRole it is made anew where that is refused. Where that fails it waits 30 s, or a tenth of the token's time if that is longer.
// Fails:    not_found (no such path, field or name), unauthorised, unavailable, rejected: each with the cure, and the reference.
#pragma once
#include "config/settings/settings.hpp"
#include "state/base/secret.hpp"

#include <chrono>
#include <optional>

namespace calsync {

// From now on. What the settings leave out comes from VAULT_ADDR, VAULT_TOKEN, VAULT_NAMESPACE, VAULT_CACERT and DOPPLER_TOKEN.
void use_secret_servers(const Settings::Vault& vault, const Settings::Doppler& doppler);

// What cannot be read now, and of which the last good value is in force: "vault:a/b#c: why"; empty: nothing.
std::string stale_secrets();

// Writes it anew; other fields of the same secret stay. nullptr: a trial, which leaves it as it is.
// Fails: rejected, where the server is none that we write to (only Vault is); conflict, where somebody else wrote it.
Result<void> write_to_server(const SecretRef& ref, const Secret* secret);

// When a token must be renewed, so that it does not end: from now; nullopt: no such one is known.
std::optional<std::chrono::milliseconds> secret_servers_due();

// Which one is being asked at this moment: "Vault at https://…"; empty: none. Does not wait for the answer.
std::string slow_secret_server();

// One that did not answer is not asked again for a while, so that many secrets of it cost one wait; here a new look begins.
void begin_secret_look();

// Whoever waits for an answer gets `cancelled`, now and later: nothing that runs on undoes it.
void stop_secret_servers();

// For tests alone, which have one process for many; use_secret_servers() comes after it.
void undo_stop_of_secret_servers();

// Is the reference kept by a server, so that it may change while we run?
bool is_on_server(const SecretRef& ref);

}  // namespace calsync
