// The live organisation as files, or as a snapshot to plan against. Reads only.
#include "config/plan/import.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/organisation.hpp"
#include "daemon/cli/write_file.hpp"
#include "daemon/reconcile/snapshot.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {
namespace {

struct ImportWords {
  std::string out, snapshot;
};

// Never over somebody's work.
Result<void> must_be_free(const std::filesystem::path& folder, const std::vector<SourceFile>& files) {
  std::error_code none;
  for (const auto& file : files)
    if (std::filesystem::exists(folder / file.path, none))
      return Error{Errc::rejected, (folder / file.path).string() +
                                       " exists already: import into an empty folder, and compare"};
  return {};
}

Result<void> write_files(Context& context, const std::filesystem::path& folder,
                         const std::vector<SourceFile>& files) {
  CALSYNC_CHECK("import", must_be_free(folder, files));
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return Error{Errc::io, folder.string() + " cannot be made: " + failed.message()};
  for (const auto& file : files) {
    CALSYNC_CHECK("import", write_whole_file(folder / file.path, file.text));
    std::filesystem::permissions(folder / file.path, std::filesystem::perms{0644}, failed);
    context.console.note("wrote " + (folder / file.path).string());
  }
  return {};
}

Result<Exit> run(Context& context, const ImportWords& words) {
  CALSYNC_TRY(settings, "import", context.settings({"calcom", "log.path"}));
  CALSYNC_TRY(access, "import", CalcomAccess::open(context, settings, CalcomNeed::reading));
  CALSYNC_TRY(live, "read the live organisation",
              read_live(access.api(), {.organization = settings.calcom.organization_id,
                                       .use = ApiUse::interactive,
                                       .all_webhooks = true,
                                       .own_event_types = true}));
  if (!words.snapshot.empty())
    CALSYNC_CHECK("write the snapshot",
                  write_whole_file(words.snapshot, snapshot_text(live, settings.calcom.organization_id)));
  const auto files = import_files(live.resources);
  if (!words.out.empty()) CALSYNC_CHECK("write the files", write_files(context, words.out, files));
  for (const auto& address : live.ambiguous)
    context.console.note(address +
                         ": Cal.com has more than one of that name, and one of them is in the files: rename "
                         "the other in the UI");
  if (context.globals.json)
    context.console.line(boost::json::serialize(boost::json::object{
        {"resources", live.resources.size()}, {"requests", live.calls}, {"files", files.size()}}));
  else if (words.out.empty() && words.snapshot.empty())
    for (const auto& file : files) context.console.answer("# " + file.path + "\n" + file.text + "\n");
  else
    context.console.line(std::to_string(live.resources.size()) + " resources, read with " +
                         std::to_string(live.calls) + " requests");
  return Exit::done;
}

}  // namespace

Action declare_import(CLI::App& app) {
  auto words = std::make_shared<ImportWords>();
  app.add_option("--out", words->out, "write the files into this folder; without it they are printed");
  app.add_option("--snapshot", words->snapshot,
                 "write the live state to this file, for `calsync plan --against`");
  return [words](Context& context) {
    const auto imported = run(context, *words);
    return imported ? *imported : context.fail(imported.error());
  };
}

}  // namespace calsync::cli
