#include "config/desired/item_fields.hpp"

namespace calsync {
namespace {

using T = FieldType;

Field relations(std::string_view name, std::string_view about) {
  return {.name = name, .type = T::list, .members = {Field{}}, .about = about};
}

}  // namespace

std::vector<Field> item_fields(const ResourceKind& kind) {
  std::vector<Field> out{{.name = "absent",
                          .type = T::boolean,
                          .fallback = "false",
                          .about = kind.api.remove.empty() ? "true is refused: files never remove one"
                                                           : "true: it is removed, whoever made it"}};
  if (kind.rename)
    out.push_back(
        {.name = "previously", .least = 1, .about = "what it was called before, so that it is renamed"});
  if (kind.name == "team")
    out.push_back(
        relations("members", "e-mails, or {user, role, accepted}; the other way round of users[].teams"));
  if (kind.name == "user") {
    out.push_back(relations("teams", "slugs, or {team, role, accepted}"));
    out.push_back(relations("schedules", "names of patterns: each becomes a schedule of the person's own"));
  }
  return out;
}

bool names_it(const ResourceKind& kind, const Field& field) {
  return kind.address.find(field.name) != std::string_view::npos;
}

std::vector<Field> relation_fields(std::string_view of) {
  return {
      {.name = of, .required = true, .form = of == "user" ? TextForm::e_mail : TextForm::slug, .least = 1},
      {.name = "role", .one_of = {"MEMBER", "ADMIN", "OWNER"}},
      {.name = "accepted", .type = T::boolean, .fallback = "true", .about = "false: only invited"}};
}

const std::vector<Field>& policy_fields() {
  static const std::vector<Field> fields{
      {.name = "removal",
       .type = T::any,
       .about = "by section (and `memberships`), what becomes of things of ours that the files no longer "
                "state: keep, "
                "delete, disable; without it keep"},
      {.name = "drift",
       .type = T::any,
       .about = "by section, what becomes of live edits: report (without it) or heal"},
      {.name = "ignore",
       .type = T::list,
       .members = {{.type = T::object,
                    .members = {{.name = "address",
                                 .required = true,
                                 .least = 1,
                                 .about = "a pattern: eventType/*/draft-*"},
                                {.name = "pointers",
                                 .type = T::list,
                                 .members = {Field{}},
                                 .about = "JSON pointers into it; without them all of it"}}}},
       .about = "differences that are none"},
      {.name = "protect",
       .type = T::list,
       .members = {{.least = 1}},
       .about = "patterns of addresses that are never changed or removed"},
      {.name = "allowedHosts",
       .type = T::list,
       .members = {{.least = 1}},
       .about = "hosts that webhooks may go to; empty: any, by https"},
      {.name = "limits",
       .type = T::object,
       .members =
           {{.name = "removals", .type = T::integer, .about = "at most so many of a kind"},
            {.name = "removalShare",
             .type = T::any,
             .about = "or this share of them, 0 to 1; the larger counts"},
            {.name = "changes", .type = T::integer, .least = 1, .about = "at most so many in one plan"}},
       .about = "of one apply; the strictest of these and the settings' counts"}};
  return fields;
}

std::vector<std::string_view> removal_words(const ResourceKind& kind) {
  std::vector<std::string_view> out;
  for (const Removal one : kind.removals)
    out.emplace_back(one == Removal::keep ? "keep" : one == Removal::remove ? "delete" : "disable");
  return out;
}

std::string_view policy_name(const ResourceKind& kind) {
  return kind.name == "membership" ? "memberships" : kind.section;
}

}  // namespace calsync
