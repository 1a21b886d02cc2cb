#include "daemon/cli/organisation.hpp"

namespace calsync::cli {

Result<Configuration> read_configuration(Context& context, const std::string& folder) {
  CALSYNC_TRY(files, "read the configuration", read_config_folder(folder));
  if (files.empty())
    return Error{Errc::not_found,
                 folder + " holds no *.yaml, *.yml or *.json file: name the configuration's folder"};
  ReadDesired read = read_desired(files, {.knows_zone = knows_zone});
  for (const auto& finding : read.findings) context.console.note(printable(to_text(finding)));
  if (!read.good())
    return Error{Errc::rejected,
                 "the configuration has errors: nothing is planned from it (see `calsync validate`)"};
  CALSYNC_TRY(source, "read the configuration", config_source(folder, files, context.stop));
  return Configuration{std::move(read.desired), std::move(source)};
}

Result<Register> declared_at(Context& context, const std::string& folder, const std::string& revision) {
  CALSYNC_TRY(before, "--base", read_config_commit(folder, revision, context.stop));
  const ReadDesired read = read_desired(before.files, {.knows_zone = knows_zone});
  if (!read.good())
    return Error{Errc::rejected, "the configuration of " + revision + " has errors, such as " +
                                     to_text(read.findings.front()) + ": name a commit without any"};
  return declared_by(read.desired, before.commit);
}

Result<std::optional<OwnState>> read_own_state_here(Context& context, const Settings& settings,
                                                    const CalcomAccess* access) {
  if (access != nullptr && access->log() != nullptr) {
    CALSYNC_TRY(here, "read the log", read_own_state(*access->log()));
    return std::optional(std::move(here));
  }
  auto reader = LogReader::open(context, settings);
  if (!reader) {
    if (reader.error().code == Errc::not_found) return std::optional<OwnState>{};
    return reader.error();
  }
  CALSYNC_TRY(own, "read the log", read_own_state(reader->log()));
  return std::optional(std::move(own));
}

PlanOptions plan_options(const Context& context, const Settings& settings, const LiveState& live,
                         const std::optional<OwnState>& own) {
  return calsync::plan_options(settings, live, own ? &*own : nullptr, context.clock.wall());
}

Paints paints_of(const Console& console) {
  const auto painter = [&console](Paint paint) {
    return [&console, paint](std::string_view text) { return console.paint(paint, printable(text)); };
  };
  return {painter(Paint::good), painter(Paint::bad), painter(Paint::warn), painter(Paint::dim),
          painter(Paint::strong)};
}

}  // namespace calsync::cli
