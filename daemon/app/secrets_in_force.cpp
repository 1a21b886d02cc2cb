#include "daemon/app/secrets_in_force.hpp"

#include "connectors/secrets/secrets.hpp"

#include <fstream>

namespace calsync {
namespace {

class Reader {
 public:
  Reader(const std::string& settings_file, SecretsInForce& out) : file_(settings_file), out_(out) {}

  Secret read(const std::string& setting, const SecretRef& ref) {
    if (ref.empty()) return {};
    auto secret = read_secret(ref);
    if (!secret) {
      out_.errors.push_back(place_of(ref.text()) + setting + ": " + secret.error().what);
      return {};
    }
    if (is_short(*secret))
      out_.warnings.push_back(place_of(ref.text()) + setting + ": " + ref.text() +
                              " is shorter than 24 bytes and may be guessed: use a longer random one");
    return *std::move(secret);
  }

 private:
  // The settings keep no lines; a reference is found again by its text.
  std::string place_of(const std::string& reference) const {
    std::ifstream lines(file_);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number)
      if (line.find(reference) != std::string::npos) return file_ + ":" + std::to_string(number) + ": ";
    return file_ + ": ";
  }

  const std::string& file_;
  SecretsInForce& out_;
};

}  // namespace

SecretsInForce read_secrets_in_force(const Settings& settings, const std::string& settings_file) {
  SecretsInForce out;
  Reader reader(settings_file, out);
  for (const IntakeSource& source : settings.intake.sources) {
    ListenerSource listener{SourceId{source.id}, {}};
    for (std::size_t i = 0; i < source.secrets.size(); ++i)
      listener.secrets.push_back(reader.read(
          "intake.sources[" + source.id + "].secrets[" + std::to_string(i) + "]", source.secrets[i]));
    out.sources.push_back(std::move(listener));
  }
  out.admin_token = reader.read("admin.token", settings.admin.token);
  for (const auto& [name, value] : settings.kafka.properties) {
    const auto ref = parse_secret_ref(value);
    const bool named = ref && !ref->empty();
    out.kafka_properties[name] =
        named ? std::string(reader.read("kafka.properties." + name, *ref).reveal()) : value;
  }
  // Not used in this version, but a reference that leads nowhere is found today, not on the day of the
  // upgrade.
  reader.read("calcom.api_key", settings.calcom.api_key);
  reader.read("config_repo.push_secret", settings.config_repo.push_secret);
  return out;
}

}  // namespace calsync
