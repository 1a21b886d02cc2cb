// HashiCorp Vault's HTTP API: KV version 2 (GET and POST /v1/MOUNT/data/PATH), AppRole login, renewal of a token.
#include "connectors/http/client.hpp"
#include "connectors/secrets/places.hpp"
#include "connectors/secrets/remote.hpp"
#include "connectors/secrets/secrets.hpp"
#include "connectors/secrets/servers.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdlib>

namespace calsync::secret_places {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds least_put_off = std::chrono::seconds{30};

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing calls setenv
  return value == nullptr ? std::string() : std::string(value);
}

const json::value* at(const json::value& value, std::initializer_list<std::string_view> path) {
  const json::value* here = &value;
  for (const auto name : path) {
    if (!here->is_object()) return nullptr;
    here = here->get_object().if_contains(name);
    if (here == nullptr) return nullptr;
  }
  return here;
}

Result<json::value> parse(const std::string& body, const std::string& named) {
  boost::system::error_code failed;
  json::value value = json::parse(body, failed);
  if (failed) return Error{Errc::rejected, named + ": what answered is no Vault: look at vault.address"};
  return value;
}

std::string data_path(const SecretRef& ref) {
  const auto slash = ref.name.find('/');
  return "/v1/" + ref.name.substr(0, slash) + "/data" + ref.name.substr(slash);
}

Error in_itself(const std::string& setting) {
  return Error{
      Errc::rejected,
      setting +
          ": the key to a server of secrets cannot lie in one: use env:, dotenv:, file: or credential:"};
}

// Never Vault's own words: a policy's path may tell what it should not.
Error vault_refused(unsigned status, const std::string& named) {
  if (status == 403)
    return Error{
        Errc::unauthorised,
        named +
            ": Vault refuses it (403): the token has ended, or its policy lacks `read` on MOUNT/data/PATH"};
  if (status == 404)
    return Error{Errc::not_found, named +
                                      ": Vault has nothing there (404): look at mount and path; it must be "
                                      "KV version 2, and not deleted"};
  if (status == 503)
    return Error{Errc::unavailable, named + ": Vault is sealed or in maintenance (503): unseal it"};
  return Error{status >= 500 ? Errc::unavailable : Errc::rejected,
               named + ": Vault answered " + std::to_string(status)};
}

}  // namespace

void VaultPlace::use(Settings::Vault settings, std::stop_token stop) {
  if (settings.address.empty()) settings.address = variable("VAULT_ADDR");
  if (settings.name_space.empty()) settings.name_space = variable("VAULT_NAMESPACE");
  if (settings.ca_file.empty()) settings.ca_file = variable("VAULT_CACERT");
  settings_ = std::move(settings);
  stop_ = std::move(stop);
  token_ = {};
  lease_ = {};
  renew_at_.reset();
}

Result<std::string> VaultPlace::ask(const std::string& method, const std::string& path, std::string_view body,
                                    unsigned& status) {
  if (settings_.address.empty())
    return Error{Errc::rejected, "no Vault is set: set vault.address or VAULT_ADDR"};
  CALSYNC_TRY(url, "vault.address", parse_http_url(settings_.address));
  const bool local = url.host == "localhost" || url.host == "::1" || url.host.starts_with("127.");
  if (!url.tls && !local)
    return Error{Errc::rejected,
                 "vault.address: a token is sent there: it is https, or http to this machine alone"};
  HttpClientOptions options;
  options.timeout = std::chrono::seconds{10};
  options.body_limit = 1U << 20U;
  options.ca_file = settings_.ca_file;
  options.ca_option = "vault.ca_file";
  options.stop = stop_;
  CALSYNC_TRY(client, "vault", HttpClient::to(url, std::move(options)));
  HttpRequest request{.method = method, .target = path, .body = body, .repeatable = method == "GET"};
  if (!token_.empty()) request.headers.emplace_back("X-Vault-Token", std::string(token_.reveal()));
  if (!settings_.name_space.empty()) request.headers.emplace_back("X-Vault-Namespace", settings_.name_space);
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  CALSYNC_TRY(answer, "vault", client.send(request));
  status = answer.status;
  return std::move(answer.body);
}

Result<void> VaultPlace::log_in() {
  auto in = settings_.role_id.empty() ? log_in_by_token() : log_in_by_role();
  if (in) return in;
  if (in.error().code == Errc::unauthorised || in.error().code == Errc::rejected)
    renew_at_.reset();  // soon again is no better, and Vault locks out who tries too often
  else
    put_off_renewal();
  return in;
}

Result<void> VaultPlace::log_in_by_token() {
  if (!settings_.token.empty()) {
    if (is_on_server(settings_.token)) return in_itself("vault.token");
    CALSYNC_TRY(token, "vault.token", read_secret(settings_.token));
    token_ = std::move(token);
  } else {
    token_ = Secret(variable("VAULT_TOKEN"));
  }
  if (token_.empty())
    return Error{Errc::rejected,
                 "no token for Vault: set vault.token, vault.role_id with vault.secret_id, or VAULT_TOKEN"};
  return renew();
}

// A third of the time is left then, for a Vault that is away for a while.
void VaultPlace::note_lease(const std::string& answer) {
  renew_at_.reset();
  const auto value = parse(answer, "vault");
  const json::value* lease = value ? at(*value, {"auth", "lease_duration"}) : nullptr;
  const json::value* renewable = value ? at(*value, {"auth", "renewable"}) : nullptr;
  const bool by_role =
      !settings_.role_id.empty();  // it gets a new one, where it cannot have the old one longer
  if (lease == nullptr || !lease->is_int64() || lease->get_int64() <= 0) return;
  if (!by_role && (renewable == nullptr || *renewable != json::value(true))) return;
  const std::chrono::milliseconds whole = std::chrono::seconds{lease->get_int64()};
  lease_ = whole;
  renew_at_ = std::chrono::steady_clock::now() + whole * 2 / 3;
}

// A Vault that is sealed or away is not asked at every look, by every secret.
void VaultPlace::put_off_renewal() {
  renew_at_ = std::chrono::steady_clock::now() + std::max(least_put_off, lease_ / 10);
}

// Of a token that cannot be renewed: 403 or 400, and it lives as long as it lives. One of an AppRole is made anew.
Result<void> VaultPlace::renew() {
  unsigned status = 0;
  put_off_renewal();
  CALSYNC_TRY(answer, "renew the token", ask("POST", "/v1/auth/token/renew-self", "{}", status));
  if (status == 200) {
    note_lease(answer);
    return {};
  }
  if (status >= 500) return {};  // sealed: put off
  renew_at_.reset();
  if (!settings_.role_id.empty()) token_ = {};
  return {};
}

Result<void> VaultPlace::log_in_by_role() {
  if (is_on_server(settings_.secret_id)) return in_itself("vault.secret_id");
  CALSYNC_TRY(secret_id, "vault.secret_id", read_secret(settings_.secret_id));
  const std::string body = json::serialize(
      json::object{{"role_id", settings_.role_id}, {"secret_id", std::string(secret_id.reveal())}});
  unsigned status = 0;
  CALSYNC_TRY(answer, "log in", ask("POST", "/v1/auth/approle/login", body, status));
  if (status != 200)
    return Error{status >= 500 ? Errc::unavailable : Errc::unauthorised,
                 "Vault does not let the AppRole in (" + std::to_string(status) +
                     "): look at vault.role_id and vault.secret_id"};
  CALSYNC_TRY(value, "log in", parse(answer, "vault"));
  const json::value* token = at(value, {"auth", "client_token"});
  if (token == nullptr || !token->is_string()) return Error{Errc::rejected, "Vault's login gave no token"};
  token_ = Secret(std::string(token->get_string()));
  note_lease(answer);
  return {};
}

// Answers with data and metadata of the newest version.
Result<json::value> VaultPlace::fetch(const SecretRef& ref) {
  std::string answer;
  unsigned status = 0;
  if (!token_.empty() && renew_at_ && std::chrono::steady_clock::now() >= *renew_at_)
    if (auto renewed = renew(); !renewed)
      return Error{renewed.error().code, ref.text() + ": " + renewed.error().what};
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (token_.empty()) {
      if (auto in = log_in(); !in) return Error{in.error().code, ref.text() + ": " + in.error().what};
    }
    auto got = ask("GET", data_path(ref), "", status);
    if (!got) return Error{got.error().code, ref.text() + ": " + got.error().what};
    answer = *std::move(got);
    if (status != 403) break;
    token_ = {};  // it may have ended: once more with a new one
  }
  if (status != 200) return vault_refused(status, ref.text());
  return parse(answer, ref.text());
}

Result<Secret> VaultPlace::read(const SecretRef& ref) {
  CALSYNC_TRY(value, "vault", fetch(ref));
  const json::value* field = at(value, {"data", "data", ref.field});
  if (field == nullptr || !field->is_string())
    return Error{Errc::not_found,
                 ref.text() + ": the secret is there, but has no text field of that name: look after the #"};
  return Secret(std::string(field->get_string()));
}

// Only on top of the version that was read: what somebody else writes meanwhile is not lost.
Result<void> VaultPlace::write(const SecretRef& ref, const Secret* field) {
  CALSYNC_TRY(value, "vault", fetch(ref));
  const json::value* data = at(value, {"data", "data"});
  const json::value* version = at(value, {"data", "metadata", "version"});
  if (data == nullptr || !data->is_object() || version == nullptr || !version->is_number())
    return Error{Errc::rejected, ref.text() + ": Vault's answer has no data and version"};
  json::object fields = data->get_object();
  if (field != nullptr) fields[ref.field] = std::string(field->reveal());
  const std::string body =
      json::serialize(json::object{{"options", {{"cas", *version}}}, {"data", std::move(fields)}});
  unsigned status = 0;
  CALSYNC_TRY(answer, "vault", ask("POST", data_path(ref), body, status));
  if (status == 200 || status == 204) return {};
  if (status == 400 && answer.find("check-and-set") != std::string::npos)
    return Error{Errc::conflict, ref.text() + ": somebody else has written it meanwhile: run this again"};
  if (status == 403) token_ = {};  // it may have ended: the next try has a new one
  if (status == 403)
    return Error{Errc::unauthorised,
                 ref.text() + ": Vault refuses to write (403): the policy lacks `update` on MOUNT/data/PATH"};
  return vault_refused(status, ref.text());
}

}  // namespace calsync::secret_places
