// CONTRACT §5: `accepted` is false unless it is sent, and the person is then only invited.
#include "config/kinds/kind.hpp"

namespace calsync {
extern const ResourceKind kind_membership;

const ResourceKind kind_membership{
    .name = "membership",
    .address = "{team}/{user}",
    .fields = {{.name = "team",
                .required = true,
                .form = TextForm::slug,
                .refers = Reference::team,
                .wire = "teamId"},
               {.name = "user",
                .required = true,
                .form = TextForm::e_mail,
                .refers = Reference::user,
                .wire = "userId"},
               {.name = "role", .fallback = "\"MEMBER\"", .one_of = {"MEMBER", "ADMIN", "OWNER"}},
               {.name = "accepted", .type = FieldType::boolean, .fallback = "false"},
               {.name = "disableImpersonation", .type = FieldType::boolean, .fallback = "false"}},
    .needs = {"team", "user"},
    .api = {.list = "/v2/organizations/{organization}/teams/{team}/memberships",
            .create = "/v2/organizations/{organization}/teams/{team}/memberships",
            .update = "/v2/organizations/{organization}/teams/{team}/memberships/{id}",
            .remove = "/v2/organizations/{organization}/teams/{team}/memberships/{id}"},
    .about =
        "A person in a team; stated by `users[].teams` or `teams[].members`. Removing one also takes the "
        "person off the "
        "hosts of the team's event types."};

}  // namespace calsync
