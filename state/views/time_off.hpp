// Rows `o/<uuid>` of the views: somebody's time off. Pure.
#pragma once
#include <string>
#include <string_view>

namespace calsync {

// As consumers see it (`ooo` in the event); empty: it was deleted. Throws ViewDamaged.
std::string time_off_json(std::string_view name, std::string_view bytes);

}  // namespace calsync
