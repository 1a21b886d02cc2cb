#include "daemon/cli/own_intake.hpp"

namespace calsync::cli {
namespace {

// An address to listen on as one to connect to.
Result<HttpUrl> local_url(const Settings::Intake& intake) {
  const bool tls = !intake.tls.certificate.empty();
  CALSYNC_TRY(url, "intake.listen", parse_http_url((tls ? "https://" : "http://") + intake.listen));
  if (url.host == "0.0.0.0") url.host = "127.0.0.1";
  if (url.host == "::") url.host = "::1";
  return url;
}

}  // namespace

const IntakeSource* pick_source(const Settings& settings, const std::string& id) {
  for (const auto& source : settings.intake.sources)
    if (id.empty() || source.id == id) return &source;
  return nullptr;
}

Result<HttpUrl> own_intake_url(const Settings& settings, const IntakeSource& source) {
  const std::string path = "/hooks/" + source.id;
  // A certificate names the public host, so TLS goes there.
  if (!settings.intake.tls.certificate.empty() && !settings.intake.public_url.empty()) {
    CALSYNC_TRY(url, "intake.public_url", parse_http_url(settings.intake.public_url));
    url.target = (url.target == "/" ? "" : url.target) + path;
    return url;
  }
  CALSYNC_TRY(url, "aim", local_url(settings.intake));
  url.target = path;
  return url;
}

}  // namespace calsync::cli
