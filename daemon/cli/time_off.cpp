#include "daemon/cli/time_off.hpp"

#include "config/resources/values.hpp"
#include "daemon/cli/render.hpp"
#include "daemon/cli/table.hpp"

#include <boost/json.hpp>

namespace calsync::cli {
namespace {

namespace json = boost::json;

json::value or_null(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? json::value(nullptr) : *value;
}

json::object to_json(const Resource& one, const LiveState& live) {
  const auto row = live.rows.find(one.address);
  return {{"uuid", row == live.rows.end() ? json::value(nullptr) : or_null(row->second, "uuid")},
          {"id", one.id},
          {"user", or_null(one.fields, "user")},
          {"start", or_null(one.fields, "start")},
          {"end", or_null(one.fields, "end")},
          {"reason", or_null(one.fields, "reason")},
          {"notes", or_null(one.fields, "notes")},
          {"standIn", or_null(one.fields, "redirectTo")}};
}

}  // namespace

void show_time_off(Context& context, const Resources& found, const LiveState& live) {
  if (context.globals.json) {
    json::array out;
    for (const auto& [address, one] : found) out.push_back(to_json(one, live));
    return context.console.line(json::serialize(out));
  }
  if (found.empty()) return context.console.note("nobody is away, and nobody will be");
  Table table(context.console, {{"WHO"}, {"FROM..TO"}, {"REASON"}, {"STAND-IN"}, {"NOTES", false, true}});
  for (const auto& entry : found) {
    const json::object& fields = entry.second.fields;
    const auto text = [&fields](std::string_view name) {
      const std::string value = text_in(fields, name);
      return value.empty() ? std::string("-") : printable(value);
    };
    table.row({{text("user")},
               {text("start") + ".." + text("end")},
               {text("reason")},
               {text("redirectTo")},
               {text("notes")}});
  }
  table.end();
}

}  // namespace calsync::cli
