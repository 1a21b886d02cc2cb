// What a write of any resource comes to, beside its own rules.
#pragma once
#include "connectors/calcom/sandbox/resource.hpp"

namespace calsync::sandbox {

// createdAt, createdDate and updatedAt, where a resource has them.
void stamp(const Fields& fields, World& world, Writing writing, Row& row);

// The error of a rule of uniqueness that `row`, as it would be, breaks; `id`: of the one that is changed, 0 for a new one.
std::optional<Answer> taken_already(World& world, const Resource& resource, const Row& row, const Row& given,
                                    std::int64_t id);

// The validation lets null through for what is optional; the database does not for a column that cannot be empty.
bool null_where_none_can_be(const Fields& fields, const Row& given);

}  // namespace calsync::sandbox
