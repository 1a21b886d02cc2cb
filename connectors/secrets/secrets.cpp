#include "connectors/secrets/secrets.hpp"

#include "connectors/secrets/places.hpp"
#include "connectors/secrets/remote.hpp"
#include "state/base/log.hpp"

namespace calsync {
namespace {

constexpr std::size_t short_bytes = 24;

Result<Secret> read_from_place(const SecretRef& ref) {
  using Place = SecretRef::Place;
  switch (ref.place) {
    case Place::none:
      return Error{Errc::not_found, "no secret reference is set"};
    case Place::env:
      return secret_places::read_env(ref);
    case Place::dotenv:
      return secret_places::read_dotenv(ref);
    case Place::file:
      return secret_places::read_file(ref.name, ref.text());
    case Place::credential:
      return secret_places::read_credential(ref);
    case Place::vault:
    case Place::doppler:
      return secret_places::read_from_server(ref);
  }
  return Error{Errc::rejected, ref.text() + ": no such place for secrets"};
}

}  // namespace

Result<Secret> read_secret(const SecretRef& ref) {
  auto secret = read_from_place(ref);
  if (!secret) return secret;
  if (secret->empty()) return Error{Errc::rejected, ref.text() + ": is empty"};
  log::hide(*secret);
  return secret;
}

std::map<std::string, Result<Secret>> resolve_properties(
    const std::map<std::string, std::string>& properties) {
  std::map<std::string, Result<Secret>> resolved;
  for (const auto& [name, value] : properties) {
    const auto ref = parse_secret_ref(value);
    resolved.emplace(name, ref && !ref->empty() ? read_secret(*ref) : Result<Secret>(Secret(value)));
  }
  return resolved;
}

bool is_short(const Secret& secret) {
  return secret.size() < short_bytes;
}

}  // namespace calsync
