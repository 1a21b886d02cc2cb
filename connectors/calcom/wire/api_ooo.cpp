// Time off as the API's list shows it: people by number only; when it was changed is not told.
#include "connectors/calcom/wire/api_rows.hpp"

namespace calsync {
namespace {

// The server's own midnight: the date part is the day (CONTRACT §9).
std::optional<std::string> day(const Fields& row, std::string_view name) {
  const auto text = row.name(name);
  if (!text) return std::nullopt;
  auto part = parse_date_part(*text);
  return part ? std::optional(std::move(*part)) : std::nullopt;
}

std::optional<OooPerson> person(const Fields& row, std::string_view number,
                                const std::optional<Fields>& known) {
  const auto id = row.integer(number);
  if (!id) return std::nullopt;
  if (!known || known->integer("id") != id) return OooPerson{id, {}, {}};
  return OooPerson{id, read_person_email(*known, "email"), read_person_name(*known, "name")};
}

}  // namespace

Said read_api_ooo(const Fields& row, const std::optional<Fields>& user,
                  const std::optional<Fields>& stand_in) {
  OooObservation out;
  out.from_api = true;
  out.id = row.integer("id");
  out.uuid = row.name("uuid");
  if (!out.id && !out.uuid) return Unreadable{"a row of time off with neither uuid nor id"};
  out.start = day(row, "start");
  out.end = day(row, "end");
  if (!out.start || !out.end) return Unreadable{"a row of time off without start and end"};
  out.notes = row.text("notes");
  out.reason = row.text("reason");
  out.user = person(row, "userId", user);
  out.stand_in = person(row, "toUserId", stand_in);
  return out;
}

}  // namespace calsync
