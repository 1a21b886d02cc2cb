#include "state/views/register.hpp"

#include <boost/json.hpp>

namespace calsync {

std::optional<RegisterChange> register_change(std::string_view body) {
  boost::system::error_code failed;
  const boost::json::value value = boost::json::parse(body, failed);
  const auto* object = failed ? nullptr : value.if_object();
  const auto* record = object != nullptr ? object->if_contains("record") : nullptr;
  const auto* address = object != nullptr ? object->if_contains("address") : nullptr;
  if (record == nullptr || address == nullptr || !record->is_string() || !address->is_string())
    return std::nullopt;
  const bool applied = record->get_string() == "resource.applied",
             removed = record->get_string() == "resource.removed";
  const auto* fields = object->if_contains("fields");
  if ((!applied && !removed) || address->get_string().empty() ||
      (applied && (fields == nullptr || !fields->is_object())))
    return std::nullopt;
  return RegisterChange{std::string(address->get_string()), removed};
}

}  // namespace calsync
