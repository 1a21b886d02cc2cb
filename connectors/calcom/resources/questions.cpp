// CONTRACT §7: an answer always holds the seven questions that every event type has, around the custom ones; in files name and
// email are named by their `type`, the others by their `slug` alone, as Cal.com wants them sent.
#include "config/resources/values.hpp"
#include "connectors/calcom/resources/resource_json.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;

json::array questions_from_wire(const json::array& rows) {
  json::array out;
  for (const auto& item : rows) {
    const json::object* row = item.if_object();
    if (row == nullptr || text_in(*row, "type") == "unknown") continue;
    json::object question = *row;
    if (true_in(*row, "isDefault")) {
      const std::string slug = text_in(*row, "slug");
      const bool by_type = slug == "name" || slug == "email";
      if (by_type) question["type"] = slug;
      question.erase(by_type ? "slug" : "type");
      if (slug == "guests") question.erase("hidden");  // has a field of its own: disableGuests
    }
    question.erase("isDefault");
    out.push_back(std::move(question));
  }
  return out;
}

bool has_unknown(const json::object& row, std::string_view list) {
  const json::value* rows = row.if_contains(list);
  if (rows == nullptr || !rows->is_array()) return false;
  for (const auto& one : rows->get_array())
    if (one.is_object() && text_in(one.get_object(), "type") == "unknown") return true;
  return false;
}

}  // namespace calsync
