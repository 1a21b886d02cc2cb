#include "daemon/app/secrets_in_force.hpp"

#include "connectors/secrets/secrets.hpp"
#include "connectors/secrets/servers.hpp"

namespace calsync {
namespace {

class Reader {
 public:
  Reader(const Lines& lines, SecretsInForce& out) : lines_(lines), out_(out) {}

  // `place`: the setting's path in the file; `setting`: how people know it. Empty where it cannot be read.
  Secret read(const std::string& place, const std::string& setting, const SecretRef& ref) {
    auto secret = take(place, setting, read_secret(ref));
    if (secret && is_short(*secret))
      out_.warnings.push_back(
          {line_of(place), setting + ": " + ref.text() +
                               " is shorter than 24 bytes and may be guessed: use a longer random one"});
    return std::move(secret).value_or(Secret{});
  }

  Secret read_if_set(const std::string& setting, const SecretRef& ref) {
    return ref.empty() ? Secret{} : read(setting, setting, ref);
  }

  std::optional<Secret> take(const std::string& place, const std::string& setting, Result<Secret> secret) {
    if (secret) return *std::move(secret);
    out_.errors.push_back({line_of(place), setting + ": " + secret.error().what});
    return std::nullopt;
  }

 private:
  int line_of(const std::string& place) const {
    const auto at = lines_.find(place);
    return at == lines_.end() ? 0 : at->second;
  }

  const Lines& lines_;
  SecretsInForce& out_;
};

ListenerSource read_source(Reader& reader, const IntakeSource& source, const std::string& place) {
  ListenerSource listener{SourceId{source.id}, {}};
  for (std::size_t i = 0; i < source.secrets.size(); ++i) {
    const std::string inside = ".secrets[" + std::to_string(i) + "]";
    listener.secrets.push_back(
        reader.read(place + inside, "intake.sources[" + source.id + "]" + inside, source.secrets[i]));
  }
  return listener;
}

KafkaProperties read_properties(Reader& reader, const Settings::Kafka& kafka) {
  KafkaProperties resolved;
  for (auto& [name, secret] : resolve_properties(kafka.properties)) {
    const std::string setting = "kafka.properties." + name;
    if (auto good = reader.take(setting, setting, std::move(secret)))
      resolved.emplace(name, *std::move(good));
  }
  return resolved;
}

}  // namespace

SecretsInForce read_secrets_in_force(const ReadSettings& read) {
  const Settings& settings = read.settings;
  SecretsInForce out;
  begin_secret_look();
  Reader reader(read.lines, out);
  for (std::size_t i = 0; i < settings.intake.sources.size(); ++i)
    out.sources.push_back(
        read_source(reader, settings.intake.sources[i], "intake.sources[" + std::to_string(i) + "]"));
  out.admin_token = reader.read_if_set("admin.token", settings.admin.token);
  out.kafka_properties = read_properties(reader, settings.kafka);
  out.calcom_key = reader.read_if_set("calcom.api_key", settings.calcom.api_key);
  out.push_secret = reader.read_if_set("config_repo.push_secret", settings.config_repo.push_secret);
  return out;
}

}  // namespace calsync
