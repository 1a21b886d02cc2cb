#include "config/plan/import.hpp"
#include "daemon/cli/at_config.hpp"
#include "daemon/cli/log_place.hpp"
#include "daemon/cli/log_reader.hpp"
#include "daemon/cli/render.hpp"
#include "daemon/reconcile/config_then.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync::cli {
namespace {

namespace json = boost::json;

bool is_commit(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto hex = [&](char c) { return digit(c) || (c >= 'a' && c <= 'f'); };
  return text.size() >= 7 && text.size() <= 64 && std::ranges::all_of(text, hex) &&
         !std::ranges::all_of(text, digit);
}

Result<ConfigPlace> place_of(const EventLog& log, const std::string& when, Instant now) {
  if (is_commit(when)) return ConfigPlace{.upto = {}, .before = {}, .commit = when};
  CALSYNC_TRY(word, "at", parse_place(when, now));
  if (!word.sequence) return ConfigPlace{.upto = {}, .before = word.before, .commit = {}};
  CALSYNC_TRY(events, "read the event", log.read_events(*word.sequence, 1, 1));
  if (events.empty() || events.front().event.sequence != *word.sequence)
    return Error{Errc::rejected, "the log has no event " + when};
  return ConfigPlace{.upto = events.front().event.raw, .before = {}, .commit = {}};
}

json::object to_json(const ConfigThen& then) {
  json::object applied, drifted;
  for (const auto& [address, one] : then.applied)
    applied[address] =
        json::object{{"fields", one.applied},
                     {"commit", one.commit.empty() ? json::value(nullptr) : json::value(one.commit)}};
  for (const auto& [address, one] : then.drifted)
    drifted[address] =
        json::object{{"changes", one.changes},
                     {"lastClean", one.since.last_clean ? json::value(calsync::to_text(*one.since.last_clean))
                                                        : json::value(nullptr)},
                     {"firstDirty", calsync::to_text(one.since.first_dirty)}};
  return {{"raw", then.upto.value()},
          {"at", then.at ? json::value(calsync::to_text(*then.at)) : json::value(nullptr)},
          {"applied", std::move(applied)},
          {"drifted", std::move(drifted)}};
}

// As import writes what is live.
std::string files_text(const Register& applied) {
  Resources resources;
  for (const auto& [address, one] : applied) {
    Resource resource;
    resource.kind = find_kind(address.substr(0, address.find('/')));
    if (resource.kind == nullptr) continue;
    resource.address = address;
    resource.fields = one.applied;
    resources.emplace(address, std::move(resource));
  }
  std::string out;
  for (const SourceFile& file : import_files(resources)) out += "# " + file.path + "\n" + file.text + "\n";
  return out;
}

void show_drift(Console& console, const ConfigThen& then) {
  if (then.drifted.empty()) return;
  console.line("# Live it was otherwise, as far as somebody had looked:");
  for (const auto& [address, one] : then.drifted)
    for (const json::value& change : one.changes) {
      const json::object& object = change.as_object();
      const auto value = [&](const char* name) {
        const json::value* found = object.if_contains(name);
        return found != nullptr ? json::serialize(*found) : std::string("?");
      };
      const json::value* pointer = object.if_contains("pointer");
      const bool named = pointer != nullptr && pointer->is_string();
      console.line("#   " + printable(address + (named ? std::string(pointer->get_string()) : "")) + ": " +
                   printable(value("from")) + " instead of " + printable(value("to")) + ", seen since " +
                   calsync::to_text(one.since.first_dirty));
    }
}

Result<void> show_config(Context& context, const std::string& when) {
  CALSYNC_TRY(settings, "at", context.settings({"log.path"}));
  CALSYNC_TRY(reader, "at", LogReader::open(context, settings));
  CALSYNC_TRY(place, "at", place_of(reader.log(), when, context.clock.wall()));
  CALSYNC_TRY(then, "at", config_at(reader.log(), place));
  if (context.globals.json) {
    context.console.line(json::serialize(to_json(then)));
    return {};
  }
  context.console.note("as of record " + std::to_string(then.upto.value()) +
                       (then.at ? ", taken in at " + calsync::to_text(*then.at) : std::string()));
  if (then.applied.empty()) context.console.note("nothing had been applied by then");
  context.console.answer(files_text(then.applied));
  show_drift(context.console, then);
  return {};
}

}  // namespace

Exit show_config_at(Context& context, const std::string& when) {
  const auto shown = show_config(context, when);
  return shown ? Exit::done : context.fail(shown.error());
}

bool names_a_commit(std::string_view text) {
  return is_commit(text);
}

}  // namespace calsync::cli
