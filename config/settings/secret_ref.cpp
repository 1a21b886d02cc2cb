#include "config/settings/secret_ref.hpp"

#include <algorithm>

namespace calsync {
namespace {

using Place = SecretRef::Place;

constexpr std::string_view cure =
    "a secret is always a reference: env:NAME, dotenv:FILE#NAME, file:PATH, credential:NAME, "
    "vault:MOUNT/PATH#FIELD or "
    "doppler:NAME";

struct PlaceName {
  std::string_view prefix;
  Place place;
  bool has_field;  // NAME is followed by #FIELD
};
constexpr PlaceName places[] = {{"env:", Place::env, false},    {"dotenv:", Place::dotenv, true},
                                {"file:", Place::file, false},  {"credential:", Place::credential, false},
                                {"vault:", Place::vault, true}, {"doppler:", Place::doppler, false}};

bool is_word(char c, bool first) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || (!first && c >= '0' && c <= '9');
}

bool is_variable(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i)
    if (!is_word(name[i], i == 0)) return false;
  return !name.empty();
}

// A name inside $CREDENTIALS_DIRECTORY, never a way out of it.
bool is_credential(std::string_view name) {
  const auto allowed = [](char c) {
    return is_word(c, false) || c == '-' || c == '.' || c == '@' || c == ':';
  };
  return !name.empty() && name.size() <= 255 && name != "." && name != ".." &&
         std::ranges::all_of(name, allowed);
}

bool is_path(std::string_view path) {
  return !path.empty() &&
         std::ranges::all_of(path, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

bool is_vault_path(std::string_view path) {
  const std::size_t slash = path.find('/');
  return is_path(path) && slash != std::string_view::npos && slash > 0 && slash + 1 < path.size();
}

bool is_sound(const SecretRef& ref) {
  switch (ref.place) {
    case Place::none:
      return false;
    case Place::env:
      return is_variable(ref.name);
    case Place::dotenv:
      return is_path(ref.name) && is_variable(ref.field);
    case Place::file:
      return is_path(ref.name);
    case Place::credential:
      return is_credential(ref.name);
    case Place::vault:
      return is_vault_path(ref.name) && is_path(ref.field);
    case Place::doppler:
      return is_variable(ref.name);
  }
  return false;
}

}  // namespace

std::string SecretRef::text() const {
  for (const PlaceName& p : places)
    if (p.place == place) return std::string(p.prefix) + name + (p.has_field ? "#" + field : "");
  return {};
}

Result<SecretRef> parse_secret_ref(std::string_view text) {
  if (text.empty()) return SecretRef{};
  for (const PlaceName& p : places) {
    if (!text.starts_with(p.prefix)) continue;
    SecretRef ref{p.place, std::string(text.substr(p.prefix.size())), {}};
    if (p.has_field) {
      const std::size_t hash = ref.name.rfind('#');  // the last one: a path may hold #, a name may not
      if (hash != std::string::npos) {
        ref.field = ref.name.substr(hash + 1);
        ref.name.resize(hash);
      }
    }
    if (is_sound(ref)) return ref;
    break;
  }
  return Error{Errc::rejected, std::string(cure)};
}

}  // namespace calsync
