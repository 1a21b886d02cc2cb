// CONTRACT §9: dates, not instants; the same range twice is refused; a PATCH of dates needs both.
#include "config/kinds/kind.hpp"

namespace calsync {
extern const ResourceKind kind_out_of_office;

const ResourceKind kind_out_of_office{
    .name = "outOfOffice",
    .section = "outOfOffice",
    .address = "{user}/{start}..{end}",
    .fields = {{.name = "user",
                .required = true,
                .form = TextForm::e_mail,
                .refers = Reference::user,
                .wire = "userId"},
               {.name = "start", .required = true, .form = TextForm::date},
               {.name = "end", .required = true, .form = TextForm::date},
               {.name = "reason",
                .fallback = "\"unspecified\"",
                .one_of = {"unspecified", "vacation", "travel", "sick", "public_holiday"}},
               {.name = "notes"},
               {.name = "redirectTo",
                .form = TextForm::e_mail,
                .refers = Reference::user,
                .wire = "toUserId",
                .about = "the stand-in; shares a team with the person"}},
    .needs = {"user", "membership"},
    .api = {.list = "/v2/organizations/{organization}/ooo",
            .create = "/v2/organizations/{organization}/users/{user}/ooo",
            .update = "/v2/organizations/{organization}/users/{user}/ooo/{id}",
            .remove = "/v2/organizations/{organization}/users/{user}/ooo/{id}",
            .all_at_once = true},
    .about = "Time off, whole days from `start` to `end`, both included."};

}  // namespace calsync
