#include "connectors/calcom/wire/fields.hpp"

#include "connectors/calcom/wire/redact.hpp"

#include <cmath>

namespace calsync {

namespace json = boost::json;

std::optional<Integer> to_integer(const json::value& value) {
  if (const auto* whole = value.if_int64()) return Integer::of(*whole);
  if (const auto* large = value.if_uint64()) return Integer::of(*large);
  // 1.2e4 is a whole number, too; above 2^53 a double no longer says which one.
  if (const auto* number = value.if_double();
      number && std::trunc(*number) == *number && std::abs(*number) <= 9007199254740992.0)
    return Integer::of(static_cast<std::int64_t>(*number));
  return std::nullopt;
}

std::optional<std::string> Fields::secret(std::string_view name) const {
  const auto* value = find(name);
  if (!value || !value->is_string() || value->get_string().empty()) return std::nullopt;
  return std::string(value->get_string().data(), value->get_string().size());
}

std::optional<std::string> Fields::text(std::string_view name) const {
  const auto* value = find(name);
  if (!value || !value->is_string() || value->get_string().empty()) return std::nullopt;
  return without_secrets({value->get_string().data(), value->get_string().size()});
}

std::optional<std::string> Fields::name(std::string_view name) const {
  auto found = text(name);
  if (found && found->size() > 256) {
    warn(std::string(name) + " is longer than 256 bytes");
    return std::nullopt;
  }
  return found;
}

std::optional<Integer> Fields::integer(std::string_view name) const {
  const auto* value = find(name);
  return value ? to_integer(*value) : std::nullopt;
}

std::optional<Integer> Fields::amount(std::string_view name) const {
  const auto* value = find(name);
  if (!value || value->is_null()) return std::nullopt;
  auto found = to_integer(*value);
  if (!found) warn(std::string(name) + " is no 64-bit integer");
  return found;
}

std::optional<bool> Fields::boolean(std::string_view name) const {
  const auto* value = find(name);
  return value && value->is_bool() ? std::optional(value->get_bool()) : std::nullopt;
}

std::optional<Instant> Fields::instant(std::string_view name) const {
  const auto* value = find(name);
  if (!value || value->is_null()) return std::nullopt;
  if (const auto* text = value->if_string())
    if (auto read = parse_instant({text->data(), text->size()})) return *read;
  warn(std::string(name) + " is no instant");
  return std::nullopt;
}

std::optional<Fields> Fields::object(std::string_view name) const {
  const auto* value = find(name);
  return value ? as_object(*value) : std::nullopt;
}

std::optional<Fields> Fields::as_object(const json::value& value) const {
  const auto* object = value.if_object();
  return object ? std::optional(Fields(*object, *warnings_)) : std::nullopt;
}

const json::array* Fields::array(std::string_view name) const {
  const auto* value = find(name);
  return value ? value->if_array() : nullptr;
}

}  // namespace calsync
