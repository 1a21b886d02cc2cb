// What files may hold beside the fields of a kind: for their reader, their JSON Schema and the reference alike. Pure.
#pragma once
#include "config/kinds/kind.hpp"

namespace calsync {

// Of each item of a section: `absent`, `previously`, the relations that only one side states.
std::vector<Field> item_fields(const ResourceKind& kind);

// Must this field be stated of something that is to be gone? Its name only.
bool names_it(const ResourceKind& kind, const Field& field);

// Of one person in a team, where more than a name is said.
std::vector<Field> relation_fields(std::string_view of);

// Of `policy`; what `removal` and `drift` hold is by kind.
const std::vector<Field>& policy_fields();
std::vector<std::string_view> removal_words(const ResourceKind& kind);  // keep, delete, disable
// As `policy.removal` and `policy.drift` name kinds. Empty: not there.
std::string_view policy_name(const ResourceKind& kind);

}  // namespace calsync
