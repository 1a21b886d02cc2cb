// CONTRACT §5, last line.
#include "config/kinds/kind.hpp"

namespace calsync {
extern const ResourceKind kind_attribute;

const ResourceKind kind_attribute{
    .name = "attribute",
    .section = "attributes",
    .address = "{slug}",
    .fields = {{.name = "slug", .required = true, .form = TextForm::slug},
               {.name = "name", .required = true, .least = 1},
               {.name = "type",
                .mutability = Mutability::create_only,
                .required = true,
                .one_of = {"TEXT", "NUMBER", "SINGLE_SELECT", "MULTI_SELECT"}},
               {.name = "enabled", .type = FieldType::boolean, .fallback = "true"},
               {.name = "options",
                .type = FieldType::list,
                .mutability = Mutability::create_only,
                .fallback = "[]",
                .members = {{.type = FieldType::object,
                             .members = {{.name = "value", .required = true},
                                         {.name = "slug", .required = true, .form = TextForm::slug}}}},
                .order = ListOrder::keyed,
                .key = "slug"}},
    .api = {.list = "/v2/organizations/{organization}/attributes",
            .create = "/v2/organizations/{organization}/attributes",
            .update = "/v2/organizations/{organization}/attributes/{id}",
            .remove = "/v2/organizations/{organization}/attributes/{id}",
            .all_at_once = true},
    .about = "A property that the organisation gives its people."};

}  // namespace calsync
