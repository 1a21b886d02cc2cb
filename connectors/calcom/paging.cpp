#include "connectors/calcom/paging.hpp"

#include "connectors/calcom/api_answer.hpp"
#include "connectors/calcom/query.hpp"

#include <boost/json.hpp>

#include <optional>
#include <set>

namespace calsync {
namespace json = boost::json;
namespace {

constexpr int listings_max = 3;
constexpr std::size_t pages_max = 4'000;  // a million rows: more is a server that never ends

struct Page {
  std::vector<json::object> rows;
  std::optional<bool> more;  // where the answer says it
};

std::string call_of(std::string_view path) {
  return "GET " + std::string(path.substr(0, path.find('?')));
}

Result<Page> read_page(const ApiAnswer& answer, const std::string& call) {
  CALSYNC_TRY(envelope, call, read_envelope(answer, call));
  const Error no_list{Errc::rejected, call + ": the answer is no list of objects"};
  auto* object = envelope.if_object();
  auto* data = object ? object->if_contains("data") : nullptr;
  if (!data || !data->is_array()) return no_list;
  Page page;
  for (auto& row : data->get_array()) {
    if (!row.is_object()) return no_list;
    page.rows.push_back(std::move(row.get_object()));
  }
  const auto* pagination = object->if_contains("pagination");
  const auto* more =
      pagination && pagination->is_object() ? pagination->get_object().if_contains("hasNextPage") : nullptr;
  if (more && more->is_bool()) page.more = more->get_bool();
  return page;
}

// Which rows were seen in this listing, and whether one came twice.
class Seen {
 public:
  Result<std::size_t> add(const std::vector<json::object>& rows) {
    std::size_t fresh = 0;
    for (const json::object& row : rows) {
      CALSYNC_TRY(identity, "list", row_identity(row));
      fresh += ids_.insert(std::move(identity)).second ? 1U : 0U;
    }
    return fresh;
  }

 private:
  std::set<std::string> ids_;
};

bool is_last(const Page& page, std::size_t fresh) {
  if (page.rows.empty() || fresh == 0) return true;
  if (page.rows.size() > page_rows_max) return true;  // take was ignored: that was all
  return page.more ? !*page.more : page.rows.size() < page_rows_max;
}

}  // namespace

Result<std::string> row_identity(const json::object& row) {
  for (const char* name : {"uid", "id"}) {
    const auto* value = row.if_contains(name);
    if (!value) continue;
    if (value->is_string()) return std::string(value->get_string());
    if (value->is_number()) return json::serialize(*value);
  }
  return Error{Errc::rejected, "a row of the list has neither uid nor id"};
}

Result<bool> each_page(CalcomReads& api, std::string_view path, ApiUse use, const OnPage& on_page) {
  const std::string call = call_of(path);
  Seen seen;
  bool repeated = false;
  std::size_t skip = 0;
  for (std::size_t pages = 0; pages < pages_max; ++pages) {
    CALSYNC_TRY(answer, "list",
                api.get(Query(path).add("take", page_rows_max).add("skip", skip).path(), use));
    CALSYNC_TRY(page, "list", read_page(answer, call));
    if (page.rows.empty() && page.more.value_or(false))
      return Error{Errc::rejected, call + " answered an empty page and says that more follow"};
    CALSYNC_TRY(fresh, call, seen.add(page.rows));
    const bool last = is_last(page, fresh);
    const std::size_t count = page.rows.size();
    // A page without anything new is of a server that ignores skip, unless it counts its pages.
    repeated = repeated || (fresh != count && (fresh > 0 || page.more.has_value()));
    skip += count;
    if (fresh > 0) {
      CALSYNC_TRY(go_on, "list", on_page(std::move(page.rows)));
      if (!go_on) return repeated;
    }
    if (last) return repeated;
  }
  return Error{Errc::rejected, call + ": the list does not end"};
}

Result<Rows> list_all(CalcomReads& api, std::string_view path, ApiUse use) {
  Rows all;
  for (int listing = 0; listing < listings_max; ++listing) {
    Rows rows;
    CALSYNC_TRY(repeated, "list all",
                each_page(api, path, use, [&rows](std::vector<json::object> page) -> Result<bool> {
                  for (json::object& row : page) {
                    CALSYNC_TRY(identity, "list all", row_identity(row));
                    rows.insert_or_assign(std::move(identity), std::move(row));
                  }
                  return true;
                }));
    if (!repeated) return rows;
    for (auto& [identity, row] : rows) all.insert_or_assign(identity, std::move(row));
  }
  return all;
}

Result<Rows> list_once(CalcomReads& api, std::string_view path, ApiUse use) {
  const std::string call = call_of(path);
  CALSYNC_TRY(answer, "list once", api.get(path, use));
  CALSYNC_TRY(page, "list once", read_page(answer, call));
  Rows rows;
  for (json::object& row : page.rows) {
    CALSYNC_TRY(identity, call, row_identity(row));
    rows.insert_or_assign(std::move(identity), std::move(row));
  }
  return rows;
}

}  // namespace calsync
