// One reader per server. Not for others than secrets.cpp and servers.cpp.
#pragma once
#include "config/settings/settings.hpp"
#include "state/base/secret.hpp"

namespace calsync::secret_places {

class VaultPlace {
 public:
  void use(Settings::Vault settings);
  Result<Secret> read(const SecretRef& ref);

 private:
  Result<std::string> ask(const std::string& method, const std::string& path, std::string_view body,
                          unsigned& status);
  Result<void> log_in();

  Settings::Vault settings_;
  Secret token_;
};

class DopplerPlace {
 public:
  void use(Settings::Doppler settings) { settings_ = std::move(settings); }
  Result<Secret> read(const SecretRef& ref);

 private:
  Settings::Doppler settings_;
};

// Through the one set of places of this process.
Result<Secret> read_from_server(const SecretRef& ref);

}  // namespace calsync::secret_places
