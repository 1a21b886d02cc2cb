// The intake that the settings describe, as an address to send to. Pure.
#pragma once
#include "config/settings/settings.hpp"
#include "connectors/http/client.hpp"

namespace calsync::cli {

const IntakeSource* pick_source(const Settings& settings,
                                const std::string& id);  // "": the first; null: there is none
// With the path of the source's hook. Fails: rejected.
Result<HttpUrl> own_intake_url(const Settings& settings, const IntakeSource& source);

}  // namespace calsync::cli
