// Lists of the API, whole (CONTRACT §2): by skip and take, or with the `pagination` that lists of bookings carry.
// Runs on:  the caller's thread.
// Blocks:   as CalcomReads::get does, once a page.
// Promises: lists have no order and move while they are read: a listing in which a row came twice is made again,
//           up to three times, and then holds every row that any of them had; a row stands in it once, as it was
//           read last. A server that ignores take and skip is read once.
// Fails:    as get(); rejected, where it is no list of rows, or one without an end.
#pragma once
#include "connectors/calcom/api.hpp"

#include <boost/json/object.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace calsync {

inline constexpr std::size_t page_rows_max = 250;  // CONTRACT §2

// The row's `uid`, else its `id` as text. Fails: rejected.
Result<std::string> row_identity(const boost::json::object& row);

// Page by page, so that a large list is never in memory as a whole; rows may come twice. `on_page` returns false
// to end early. True: some row came twice, so that others may have been passed over.
using OnPage = std::function<Result<bool>(std::vector<boost::json::object> rows)>;
Result<bool> each_page(CalcomReads& api, std::string_view path, ApiUse use, const OnPage& on_page);

using Rows = std::map<std::string, boost::json::object>;  // by row_identity
Result<Rows> list_all(CalcomReads& api, std::string_view path, ApiUse use);

// A list that has no pages: team event types, schedules, conferencing. Fails: rejected, where it is no list.
Result<Rows> list_once(CalcomReads& api, std::string_view path, ApiUse use);

}  // namespace calsync
