// Secret references → secrets. One file per place: env, dotenv, file, credential, vault, doppler.
// Owner:    nobody; functions.
// Runs on:  any thread; read_env() while nobody calls setenv.
// Blocks:   reads files, asks servers (servers.hpp); call it at start and on SIGHUP, never on a request.
// Promises: every secret read is handed to log::hide(); an error names the reference, never what was read.
// Fails:    not_found (no such variable, file, name), rejected (empty or unreadable as a secret), io.
#pragma once
#include "config/settings/secret_ref.hpp"
#include "state/base/secret.hpp"

#include <map>
#include <string>

namespace calsync {

// A file loses one trailing newline (DESIGN §12.1).
Result<Secret> read_secret(const SecretRef& ref);

// Each value of kafka.properties: what it names, where it is a reference, else itself.
std::map<std::string, Result<Secret>> resolve_properties(
    const std::map<std::string, std::string>& properties);

// Shorter than 24 bytes: can be guessed; the caller warns (DESIGN §12.1).
bool is_short(const Secret& secret);

}  // namespace calsync
