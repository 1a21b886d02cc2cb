#include "daemon/cli/applied_words.hpp"

#include <boost/json.hpp>

namespace calsync::cli {
namespace {

namespace json = boost::json;

json::array pairs(const std::vector<std::pair<std::string, std::string>>& list, const char* name) {
  json::array out;
  for (const auto& [address, why] : list) out.push_back(json::object{{"address", address}, {name, why}});
  return out;
}

void show_json(Console& console, const ApplyResult& result, const json::object& also) {
  json::array done, not_taken;
  for (const auto& address : result.done) done.emplace_back(address);
  for (const auto& one : result.not_taken)
    not_taken.push_back(
        json::object{{"address", one.address}, {"pointer", one.pointer}, {"wanted", one.wanted}});
  json::object out{{"done", std::move(done)},
                   {"failed", pairs(result.failed, "why")},
                   {"skipped", pairs(result.skipped, "waitsFor")},
                   {"notTaken", std::move(not_taken)},
                   {"stopped", result.stopped}};
  for (const auto& member : also) out[member.key()] = member.value();
  console.line(json::serialize(out));
}

void show_text(Console& console, const ApplyResult& result) {
  for (const auto& [address, why] : result.failed)
    console.line(console.paint(Paint::bad, "failed ") + printable(address) + ": " + printable(why));
  for (const auto& [address, need] : result.skipped)
    console.line(console.paint(Paint::warn, "left out ") + printable(address) + ": it waits for " +
                 printable(need));
  for (const auto& one : result.not_taken)
    console.line(console.paint(Paint::warn, "not kept by Cal.com ") + printable(one.address + one.pointer) +
                 ": it answered as if it had; take it out of the files, or set it there by hand");
  if (result.stopped) console.line("stopped between two changes: run it again to go on");
  console.line(std::to_string(result.done.size()) + " done, " + std::to_string(result.failed.size()) +
               " failed, " + std::to_string(result.skipped.size()) + " left out");
}

}  // namespace

Exit show_applied(Context& context, const ApplyResult& result, const json::object& also) {
  if (context.globals.json)
    show_json(context.console, result, also);
  else
    show_text(context.console, result);
  if (result.whole()) return Exit::done;
  return result.done.empty() ? Exit::failed : Exit::partly;
}

}  // namespace calsync::cli
