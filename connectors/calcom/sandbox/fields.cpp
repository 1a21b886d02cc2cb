#include "connectors/calcom/sandbox/fields.hpp"

namespace calsync::sandbox {

namespace {

Field described(std::string name, std::vector<Check> checks) {
  Field field;
  field.name = std::move(name);
  field.checks = std::move(checks);
  return field;
}

}  // namespace

Field text(std::string name) {
  return described(std::move(name), {check::string()});
}
Field flag(std::string name) {
  return described(std::move(name), {check::boolean()});
}
Field whole(std::string name) {
  return described(std::move(name), {check::integer()});
}
Field object(std::string name) {
  return described(std::move(name), {check::object()});
}
Field list(std::string name) {
  return described(std::move(name), {check::array()});
}
Field any(std::string name) {
  return described(std::move(name), {});
}
Field own(std::string name, std::string json) {
  return any(std::move(name)).own(std::move(json));
}

Field Field::must() && {
  need = Need::on_create;
  return std::move(*this);
}
Field Field::must_always() && {
  need = Need::always;
  return std::move(*this);
}
Field Field::by_default(std::string json) && {
  preset = std::move(json);
  return std::move(*this);
}
Field Field::else_stored(std::string json) && {
  column = std::move(json);
  return std::move(*this);
}
Field Field::own(std::string json) && {
  column = std::move(json);
  given = false;
  return std::move(*this);
}
Field Field::not_stored() && {
  stored = false;
  shown = Shown::never;
  return std::move(*this);
}
Field Field::reset_by_patch() && {
  forgotten = true;
  return std::move(*this);
}
Field Field::shown_when_set() && {
  shown = Shown::when_set;
  return std::move(*this);
}
Field Field::hidden() && {
  shown = Shown::never;
  return std::move(*this);
}
Field Field::with(Fields members) && {
  inside = std::make_shared<const Fields>(std::move(members));
  return std::move(*this);
}
Field Field::also(Check check) && {
  checks.insert(checks.begin(), std::move(check));
  return std::move(*this);
}

void store(const Fields& fields, const Row& given, Writing writing, Row& row) {
  for (const Field& field : fields) {
    if (!field.stored) continue;
    const auto* value = field.given ? given.if_contains(field.name) : nullptr;
    if (value != nullptr)
      row[field.name] = *value;
    else if (writing == Writing::create ? !row.contains(field.name) : field.forgotten)
      row[field.name] = boost::json::parse(field.column);
  }
}

Row shown(const Fields& fields, const Row& row) {
  Row answer;
  if (const auto* id = row.if_contains("id")) answer["id"] = *id;
  for (const Field& field : fields) {
    const auto* value = row.if_contains(field.name);
    if (field.shown == Field::Shown::never || value == nullptr) continue;
    if (field.shown == Field::Shown::always || !value->is_null()) answer[field.name] = *value;
  }
  return answer;
}

}  // namespace calsync::sandbox
