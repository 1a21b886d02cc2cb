// One reader per server. Not for others than secrets.cpp and servers.cpp.
#pragma once
#include "config/settings/settings.hpp"
#include "state/base/secret.hpp"

#include <boost/json/value.hpp>

#include <chrono>
#include <optional>
#include <stop_token>

namespace calsync::secret_places {

class VaultPlace {
 public:
  void use(Settings::Vault settings, std::stop_token stop);
  [[nodiscard]] const std::string& address() const { return settings_.address; }
  // When its token must be renewed; nullopt: it has no end, or none that can be put off.
  [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> renew_at() const { return renew_at_; }
  Result<Secret> read(const SecretRef& ref);
  // A new version of the secret with this field; its other fields stay. nullptr: as it is, a trial.
  Result<void> write(const SecretRef& ref, const Secret* field);

 private:
  Result<boost::json::value> fetch(const SecretRef& ref);
  Result<std::string> ask(const std::string& method, const std::string& path, std::string_view body,
                          unsigned& status);
  Result<void> log_in();
  Result<void> log_in_by_token();
  Result<void> log_in_by_role();
  Result<void> renew();
  void note_lease(const std::string& answer);
  void put_off_renewal();

  Settings::Vault settings_;
  std::stop_token stop_;
  Secret token_;
  std::chrono::milliseconds lease_{};
  std::optional<std::chrono::steady_clock::time_point> renew_at_;
};

class DopplerPlace {
 public:
  void use(Settings::Doppler settings, std::stop_token stop) {
    settings_ = std::move(settings);
    stop_ = std::move(stop);
  }
  Result<Secret> read(const SecretRef& ref);

 private:
  Settings::Doppler settings_;
  std::stop_token stop_;
};

// Through the one set of places of this process.
Result<Secret> read_from_server(const SecretRef& ref);

}  // namespace calsync::secret_places
