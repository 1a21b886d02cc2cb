// Doppler's HTTP API: one secret of the config that a service token is for.
#include "connectors/http/client.hpp"
#include "connectors/http/percent.hpp"
#include "connectors/secrets/remote.hpp"
#include "connectors/secrets/secrets.hpp"
#include "connectors/secrets/servers.hpp"

#include <boost/json.hpp>

#include <cstdlib>

namespace calsync::secret_places {
namespace {

namespace json = boost::json;

Result<Secret> token_of(const Settings::Doppler& settings) {
  if (is_on_server(settings.token))
    return Error{Errc::rejected,
                 "doppler.token: the key to a server of secrets cannot lie in one: use env:, dotenv:, file: "
                 "or credential:"};
  if (!settings.token.empty()) return read_secret(settings.token);
  const char* value = std::getenv("DOPPLER_TOKEN");  // NOLINT(concurrency-mt-unsafe): nothing calls setenv
  if (value == nullptr || *value == '\0')
    return Error{Errc::rejected, "no token for Doppler: set doppler.token or DOPPLER_TOKEN"};
  return Secret(std::string(value));
}

Error doppler_refused(unsigned status, const std::string& named) {
  if (status == 401 || status == 403)
    return Error{Errc::unauthorised, named + ": Doppler refuses the token (" + std::to_string(status) +
                                         "): make a new service token for the config"};
  if (status == 404 || status == 400)
    return Error{Errc::not_found, named + ": the config has no secret of that name"};
  return Error{status >= 500 || status == 429 ? Errc::unavailable : Errc::rejected,
               named + ": Doppler answered " + std::to_string(status)};
}

}  // namespace

Result<Secret> DopplerPlace::read(const SecretRef& ref) {
  const std::string named = ref.text();
  auto token = token_of(settings_);
  if (!token) return Error{token.error().code, named + ": " + token.error().what};
  CALSYNC_TRY(url, "doppler.address", parse_http_url(settings_.address));
  HttpClientOptions options;
  options.timeout = std::chrono::seconds{10};
  options.body_limit = 1U << 20U;
  options.stop = stop_;
  CALSYNC_TRY(client, named, HttpClient::to(url, std::move(options)));
  HttpRequest request{.target = "/v3/configs/config/secret?name=" + percent_encoded(ref.name)};
  request.headers.emplace_back("Authorization", "Bearer " + std::string(token->reveal()));
  request.headers.emplace_back("Accept", "application/json");
  CALSYNC_TRY(answer, named, client.send(request));
  if (answer.status != 200) return doppler_refused(answer.status, named);
  boost::system::error_code failed;
  const json::value body = json::parse(answer.body, failed);
  const json::value* computed = failed ? nullptr : body.find_pointer("/value/computed", failed);
  if (computed == nullptr || !computed->is_string())
    return Error{Errc::rejected, named + ": what answered is no Doppler: look at doppler.address"};
  return Secret(std::string(computed->get_string()));
}

}  // namespace calsync::secret_places
