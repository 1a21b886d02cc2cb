// CONTRACT §5: API v2 takes no name, deletes accounts where one means memberships, and has no GET of one user.
#include "config/kinds/kind.hpp"

namespace calsync {
extern const ResourceKind kind_user;

const ResourceKind kind_user{
    .name = "user",
    .section = "users",
    .address = "{email}",
    .fields = {{.name = "email",
                .required = true,
                .form = TextForm::e_mail,
                .about = "who it is; lower case at Cal.com"},
               {.name = "username",
                .least = 1,
                .wire = "profile/username",
                .about = "in the organisation's links; set by a second call"},
               {.name = "name", .mutability = Mutability::asserted, .about = "only the person can set it"},
               {.name = "timeZone", .fallback = "\"Europe/London\"", .form = TextForm::time_zone},
               {.name = "locale", .fallback = "\"en\"", .about = "language of e-mails and pages"},
               {.name = "timeFormat", .type = FieldType::integer, .fallback = "12", .least = 12, .most = 24},
               {.name = "bio", .about = "a text about the person"},
               {.name = "avatarUrl", .form = TextForm::web_address},
               {.name = "theme"},
               {.name = "appTheme"},
               {.name = "brandColor", .form = TextForm::colour},
               {.name = "darkBrandColor", .form = TextForm::colour},
               {.name = "hideBranding", .type = FieldType::boolean, .fallback = "false"},
               {.name = "metadata", .type = FieldType::any},
               {.name = "organizationRole",
                .fallback = "\"MEMBER\"",
                .one_of = {"MEMBER", "ADMIN", "OWNER"},
                .about = "changed by the organisation membership"},
               {.name = "defaultSchedule",
                .refers = Reference::schedule,
                .wire = "defaultScheduleId",
                .about = "name of one of the person's schedules"}},
    .api = {.list = "/v2/organizations/{organization}/users",
            .create = "/v2/organizations/{organization}/users",
            .update = "/v2/organizations/{organization}/users/{id}",
            .all_at_once = true},  // no `remove`: it would delete the account and its booking history
    .removals = {Removal::keep},
    .about =
        "An editor. Creating one sends an invitation by e-mail. Leaving is `calsync offboard`, never a "
        "removal from a file."};

}  // namespace calsync
