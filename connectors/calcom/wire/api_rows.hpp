// Rows of the API in our words (CONTRACT §9, §12, §16).
#pragma once
#include "connectors/calcom/wire/payloads.hpp"

namespace calsync {

Said read_api_booking(const Fields& row);
Said read_api_ooo(const Fields& row, const std::optional<Fields>& user,
                  const std::optional<Fields>& stand_in);

}  // namespace calsync
