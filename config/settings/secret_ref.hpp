// Where a secret lies, never the secret itself (DESIGN §5).
#pragma once
#include "state/base/error.hpp"

#include <string>
#include <string_view>

namespace calsync {

struct SecretRef {
  enum class Place { none, env, dotenv, file, credential, vault, doppler };
  Place place = Place::none;
  // env: NAME · dotenv: FILE · file: PATH · credential: NAME · vault: MOUNT/PATH · doppler: NAME.
  std::string name;
  std::string field;  // dotenv: NAME · vault: FIELD
  [[nodiscard]] bool empty() const { return place == Place::none; }
  [[nodiscard]] std::string text() const;  // as written in the file
  friend bool operator==(const SecretRef&, const SecretRef&) = default;
};

// "" is no reference (empty()). Fails: rejected, without repeating what was written: it may be the secret.
Result<SecretRef> parse_secret_ref(std::string_view text);

}  // namespace calsync
