// A configuration file of anybody's: it is read, or refused with findings that have a place in it; what was read plans to
// nothing against itself, and to the same twice; what would be imported of it is YAML.
#include "config/plan/import.hpp"
#include "config/plan/plan.hpp"
#include "config/yaml/yaml_tree.hpp"
#include "tests/fuzz/oracle.hpp"

#include <boost/json.hpp>

#include <algorithm>

using namespace calsync;

namespace {

ReadDesired read_files(const std::vector<SourceFile>& files) {
  return read_desired(files,
                      {.knows_zone = [](std::string_view name) { return name.find('/') != name.npos; }});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, std::min<std::size_t>(size, 65536));
  const int lines = 1 + static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  const ReadDesired wanted = read_files({{"a.yaml", std::string(text)}});
  for (const Finding& finding : wanted.findings)
    fuzz::must(!finding.what.empty() && finding.place.line <= lines + 1, "a finding has a place in the file");
  if (!wanted.good()) return 0;

  const Plan from_nothing = make_plan(wanted.desired, {}, {});
  fuzz::must(plan_json(from_nothing) == plan_json(make_plan(wanted.desired, {}, {})),
             "the same gives the same");
  Desired there = wanted.desired;
  std::erase_if(there.resources, [](const auto& one) { return one.second.absent; });
  const Plan again = make_plan(wanted.desired, there.resources, {});
  fuzz::must(again.changes.empty(), "what is there as it is wanted needs no change");
  plan_markdown(from_nothing);
  for (const SourceFile& file : import_files(there.resources))
    parse_yaml(file.text, [](int, int, const std::string&) { fuzz::must(false, "what is imported is YAML"); },
               {.values = 1'000'000, .what = "a file"});
  return 0;
}
