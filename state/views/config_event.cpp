#include "state/views/config_event.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

json::value text_or_null(const json::object& object, std::string_view name) {
  const std::string text = said_text(object, name);
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value or_null(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? json::value(nullptr) : *value;
}

}  // namespace

std::string said_text(const json::object& said, std::string_view name) {
  const json::value* value = said.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

json::array said_list(const json::object& said, std::string_view name) {
  const json::value* value = said.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array() : json::array();
}

void emit_config(Folding& folding, const char* type, const json::object& said) {
  const std::string address = said_text(said, "address");
  json::object detail{{"address", address}, {"kind", address.substr(0, address.find('/'))}};
  for (const char* name : {"action", "commit", "why", "reason", "lastClean", "firstDirty"})
    detail[name] = text_or_null(said, name);
  for (const char* name : {"good", "planned", "refused"}) detail[name] = or_null(said, name);
  if (reads_as(folding.record, 3)) detail["since"] = or_null(said, "since");
  emit(folding, {Topic::config,
                 address,
                 type,
                 address,
                 folding.record.received,
                 {},
                 "config",
                 json::serialize(detail),
                 json::serialize(said_list(said, "changes"))});
}

}  // namespace calsync
