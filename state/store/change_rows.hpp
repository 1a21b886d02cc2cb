// Changes of views as the bytes of one row ('v' in keys.hpp). Pure.
//   { u32 length, key, u8 is there, u32 length, row }
#pragma once
#include "state/base/error.hpp"
#include "state/views/view_table.hpp"

#include <string>
#include <string_view>

namespace calsync::store {

std::string encode_changes(const ViewTable::Changes& changes);
Result<ViewTable::Changes> decode_changes(std::string_view stored);  // fails: corrupt

}  // namespace calsync::store
