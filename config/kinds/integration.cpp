// CONTRACT §13: seen by an admin for teams only; connecting one needs a person in a browser.
#include "config/kinds/kind.hpp"

namespace calsync {
extern const ResourceKind kind_integration;

const ResourceKind kind_integration{
    .name = "integration",
    .section = "integrations",
    .address = "{team}",
    .fields = {{.name = "team", .required = true, .form = TextForm::slug, .refers = Reference::team},
               {.name = "require",
                .type = FieldType::list,
                .mutability = Mutability::asserted,
                .required = true,
                .members = {{.one_of = {"google-meet", "zoom", "office365-video", "stripe"}}},
                .order = ListOrder::at_least,
                .about = "what must be connected; the cure is a link for a person"}},
    .needs = {"team"},
    .api = {.list = "/v2/organizations/{organization}/teams/{team}/conferencing"},
    .removals = {Removal::keep},
    .about = "What a team needs connected. Checked, never created."};

}  // namespace calsync
