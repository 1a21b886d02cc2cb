// One reader per server. Not for others than secrets.cpp and servers.cpp.
#pragma once
#include "config/settings/settings.hpp"
#include "state/base/secret.hpp"

#include <boost/json/value.hpp>

namespace calsync::secret_places {

class VaultPlace {
 public:
  void use(Settings::Vault settings);
  Result<Secret> read(const SecretRef& ref);
  // A new version of the secret with this field; its other fields stay. nullptr: as it is, a trial.
  Result<void> write(const SecretRef& ref, const Secret* field);

 private:
  Result<boost::json::value> fetch(const SecretRef& ref);
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
