// What a team or a person still has to connect by hand, with the links for it. Reads only.
#include "config/resources/values.hpp"
#include "connectors/calcom/paging.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/connection_words.hpp"
#include "state/events/email.hpp"

#include <CLI/CLI.hpp>

namespace calsync::cli {
namespace {

Result<std::string> team_id(CalcomAccess& access, std::int64_t organization, const std::string& slug) {
  CALSYNC_TRY(rows, "teams",
              list_all(access.api(), "/v2/organizations/" + std::to_string(organization) + "/teams",
                       ApiUse::interactive));
  for (const auto& [id, row] : rows)
    if (text_in(row, "slug") == slug) return id;
  return Error{Errc::not_found, "there is no team " + slug + ": name its slug, or a person's e-mail address"};
}

Result<Exit> connect(Context& context, const std::string& whose) {
  CALSYNC_TRY(settings, "connect", context.settings({"calcom", "log.path"}));
  CALSYNC_TRY(access, "connect", CalcomAccess::open(context, settings, CalcomNeed::reading));
  if (whose.find('@') != std::string::npos) {
    CALSYNC_CHECK("connect", show_person_connections(context, access, settings, lower_ascii(whose)));
    return Exit::done;
  }
  const std::int64_t organization = settings.calcom.organization_id;
  CALSYNC_TRY(id, "connect", team_id(access, organization, whose));
  CALSYNC_CHECK("connect", show_team_connections(context, access, organization, whose, id));
  return Exit::done;
}

}  // namespace

Action declare_connect(CLI::App& app) {
  auto whose = std::make_shared<std::string>();
  app.add_option("EMAIL|TEAM", *whose, "a person's e-mail address, or a team's slug")->required();
  return [whose](Context& context) {
    const auto done = connect(context, *whose);
    return done ? *done : context.fail(done.error());
  };
}

}  // namespace calsync::cli
