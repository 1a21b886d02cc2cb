#include "state/store/change_rows.hpp"

#include "state/store/bytes.hpp"

namespace calsync::store {

std::string encode_changes(const ViewTable::Changes& changes) {
  ByteWriter out;
  for (const auto& [key, row] : changes)
    out.text32(key).u8(row ? 1 : 0).text32(row ? std::string_view(*row) : std::string_view());
  return out.take();
}

Result<ViewTable::Changes> decode_changes(std::string_view stored) {
  ViewTable::Changes changes;
  ByteReader in(stored);
  while (in.good() && in.left() > 0) {
    std::string key(in.text32());
    const bool there = in.u8() != 0;
    std::string row(in.text32());
    changes.insert_or_assign(std::move(key), there ? std::optional(std::move(row)) : std::nullopt);
  }
  if (!in.complete()) return Error{Errc::corrupt, "what an erasure left of a record cannot be read"};
  return changes;
}

}  // namespace calsync::store
