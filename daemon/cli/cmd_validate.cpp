// An offline look at the configuration's files: no key, no network, all findings at once.
#include "daemon/cli/command.hpp"
#include "daemon/reconcile/config_folder.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace calsync::cli {
namespace {

void print_json(Console& console, const std::vector<Finding>& findings, const ReadDesired& read) {
  boost::json::array list;
  for (const auto& finding : findings)
    list.push_back(boost::json::object{{"file", finding.place.file},
                                       {"line", finding.place.line},
                                       {"column", finding.place.column},
                                       {"severity", finding.warning ? "warning" : "error"},
                                       {"message", finding.what}});
  console.line(boost::json::serialize(boost::json::object{{"valid", read.good()},
                                                          {"resources", read.desired.resources.size()},
                                                          {"findings", std::move(list)},
                                                          {"more", read.more}}));
}

void print_text(Console& console, const std::vector<Finding>& findings, const ReadDesired& read,
                std::size_t files) {
  std::size_t errors = 0;
  for (const auto& finding : findings) {
    errors += finding.warning ? 0U : 1U;
    console.line(
        console.paint(Paint::strong, printable(finding.place.text())) + ": " +
        console.paint(finding.warning ? Paint::warn : Paint::bad, finding.warning ? "warning" : "error") +
        ": " + printable(finding.what));
  }
  const std::string counts = std::to_string(read.desired.resources.size()) + " resources in " +
                             std::to_string(files) + (files == 1 ? " file" : " files");
  if (errors == 0)
    console.line(console.paint(Paint::good, "valid") + ": " + counts);
  else
    console.line(std::to_string(errors) + (errors == 1 ? " error" : " errors") +
                 (read.more > 0 ? ", and at least " + std::to_string(read.more) + " more" : "") +
                 ": nothing of it would be applied");
}

Result<Exit> validate(Context& context, const std::string& folder) {
  CALSYNC_TRY(files, "validate", read_config_folder(folder));
  if (files.empty())
    return Error{Errc::not_found,
                 folder + " holds no *.yaml, *.yml or *.json file: name the configuration's folder"};
  const ReadDesired read = read_desired(files, {.knows_zone = knows_zone});
  if (context.globals.json)
    print_json(context.console, read.findings, read);
  else
    print_text(context.console, read.findings, read, files.size());
  return read.good() ? Exit::done : Exit::differences;
}

}  // namespace

Action declare_validate(CLI::App& app) {
  auto folder = std::make_shared<std::string>(".");
  app.add_option("DIR", *folder, "the configuration's folder")->capture_default_str();
  return [folder](Context& context) {
    const auto validated = validate(context, *folder);
    return validated ? *validated : context.fail(validated.error());
  };
}

}  // namespace calsync::cli
