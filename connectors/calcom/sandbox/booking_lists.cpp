// Lists of bookings, with the filters, sorts and the pagination block of the server, and what is odd in them (CONTRACT §12, §16).
#include "connectors/calcom/sandbox/booking_parts.hpp"
#include "connectors/calcom/sandbox/guards.hpp"
#include "connectors/calcom/sandbox/resources.hpp"
#include "connectors/calcom/sandbox/row.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <type_traits>

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

using Query = std::map<std::string, std::string>;
using Words = std::vector<std::string>;
using Rows = std::vector<const Row*>;

constexpr std::string_view statuses[] = {"upcoming", "recurring", "past", "cancelled", "unconfirmed"};

std::string asked(const Query& query, const char* name) {
  const auto at = query.find(name);
  return at == query.end() ? std::string{} : at->second;
}

Words words(std::string_view text) {
  Words all;
  while (!text.empty()) {
    const auto comma = text.find(',');
    all.emplace_back(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return all;
}

std::set<std::int64_t> numbers(const Query& query, std::initializer_list<const char*> names) {
  std::set<std::int64_t> all;
  for (const char* name : names)
    for (const std::string& word : words(asked(query, name))) {
      std::int64_t number = 0;
      std::from_chars(word.data(), word.data() + word.size(), number);
      all.insert(number);
    }
  return all;
}

bool has_status(const Row& row, std::string_view wanted, const std::string& now) {
  const auto status = text_of(row, "status");
  const bool over = status == "cancelled" || status == "rejected", past = text_of(row, "end") < now;
  if (wanted == "cancelled") return over;
  if (over) return false;
  if (wanted == "past") return past;
  if (past) return false;
  if (wanted == "unconfirmed") return status == "pending";
  const bool recurring = !is_null(row, "recurringBookingUid");
  if (wanted == "recurring") return recurring;
  return !recurring || status == "accepted";
}

bool attended_by(const Row& row, const char* member, const std::string& wanted) {
  const auto& people = row.at("attendees").as_array();
  return wanted.empty() || std::any_of(people.begin(), people.end(), [&](const json::value& one) {
           return text_of(one.as_object(), member) == wanted;
         });
}

// In the one form in which rows have it, or as it came: text then never fits.
std::string instant_text(const std::string& given) {
  const auto at = parse_instant(given);
  return at ? to_text(*at) : given;
}

struct Bound {
  const char* parameter;
  const char* column;
  bool after;
};
constexpr Bound bounds[] = {{"afterStart", "start", true},
                            {"beforeEnd", "end", false},
                            {"afterCreatedAt", "createdAt", true},
                            {"beforeCreatedAt", "createdAt", false}};
constexpr Bound uncounted[] = {{"afterUpdatedAt", "updatedAt", true},
                               {"beforeUpdatedAt", "updatedAt", false}};

template <class Bounds>
void keep_within(const Bounds& all, const Query& query, Rows& rows) {
  for (const Bound& bound : all) {
    const std::string given = asked(query, bound.parameter);
    if (given.empty()) continue;
    const std::string at = instant_text(given);
    std::erase_if(rows, [&](const Row* row) {
      const auto value = text_of(*row, bound.column);
      return bound.after ? value < at : value > at;
    });
  }
}

struct SortKey {
  std::string_view text;
  std::size_t place;
  const Row* row;
};

// The wanted bookings: all that the query names but for updatedAt, which the server's count does not know.
void keep_asked(World& world, const Query& query, Rows& rows) {
  const Words wanted = words(asked(query, "status"));
  const std::string now = to_text(world.clock.wall()), uid = asked(query, "bookingUid");
  const std::string email = asked(query, "attendeeEmail"), name = asked(query, "attendeeName");
  const auto types = numbers(query, {"eventTypeIds", "eventTypeId"}),
             teams = numbers(query, {"teamsIds", "teamId"}), users = numbers(query, {"userIds"});
  std::erase_if(rows, [&](const Row* row) {
    const bool fits = std::any_of(wanted.begin(), wanted.end(),
                                  [&](const std::string& status) { return has_status(*row, status, now); });
    return (!wanted.empty() && !fits) || (!uid.empty() && text_of(*row, "uid") != uid) ||
           (!types.empty() && !types.contains(number_of(*row, "eventTypeId"))) ||
           (!teams.empty() && !teams.contains(number_of(*row, "_teamId"))) ||
           (!users.empty() && !users.contains(number_of(*row, "userId"))) ||
           !attended_by(*row, "email", email) || !attended_by(*row, "name", name);
  });
  keep_within(bounds, query, rows);
}

// One sort counts; without any it is by start, backwards where only what is over was asked for. Only the first `wanted` are
// put in order.
void sort(const Query& query, std::size_t wanted, Rows& rows) {
  std::string column = "start";
  bool down = asked(query, "status") == "past" || asked(query, "status") == "cancelled";
  for (const auto& [parameter, by] :
       {std::pair{"sortStart", "start"}, std::pair{"sortEnd", "end"}, std::pair{"sortCreated", "createdAt"},
        std::pair{"sortUpdatedAt", "updatedAt"}})
    if (const std::string order = asked(query, parameter); !order.empty()) {
      column = by;
      down = order == "desc";
      break;
    }
  std::vector<SortKey> keys;
  keys.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) keys.push_back({text_of(*rows[i], column), i, rows[i]});
  const auto end = keys.begin() + static_cast<std::ptrdiff_t>(std::min(wanted, keys.size()));
  std::partial_sort(keys.begin(), end, keys.end(), [&](const SortKey& a, const SortKey& b) {
    if (a.text != b.text) return down ? b.text < a.text : a.text < b.text;
    return a.place < b.place;
  });
  for (std::size_t i = 0; i < keys.size(); ++i) rows[i] = keys[i].row;
}

json::object pagination(std::size_t total, std::size_t skip, std::size_t take) {
  const std::size_t left = total > skip ? total - skip : 0, returned = std::min(left, take);
  const std::size_t pages = (total + take - 1) / take;
  return {{"returnedItems", returned},
          {"totalItems", total},
          {"itemsPerPage", take},
          {"remainingItems", left - returned},
          {"currentPage", std::min(skip / take + 1, pages)},
          {"totalPages", pages},
          {"hasNextPage", left > take},
          {"hasPreviousPage", skip > 0}};
}

std::optional<Answer> bad_status(const Query& query) {
  const std::string given = asked(query, "status");
  for (const std::string& word : words(given)) {
    if (std::find(std::begin(statuses), std::end(statuses), word) != std::end(statuses)) continue;
    json::array list;
    for (const std::string& one : words(given)) list.emplace_back(one);
    const json::value value(std::move(list)), target(json::object{{"status", value}});
    return invalid(target, {{.property = "status",
                             .value = &target.at("status"),
                             .constraints = {{"isEnum",
                                              "Invalid status. Allowed are upcoming, recurring, past, "
                                              "cancelled, unconfirmed"}}}});
  }
  return std::nullopt;
}

struct All {
  bool operator()(const Row&) const { return true; }
};

struct Page {
  std::size_t skip = 0, take = 0;
};

Answer page_of(World& world, const Rows& rows, std::size_t from, std::size_t total, Page page) {
  json::array data;
  for (std::size_t i = from; i < rows.size() && data.size() < page.take; ++i)
    data.push_back(shown_booking(world, *rows[i]));
  Answer answer = success(std::move(data));
  answer.body.as_object()["pagination"] = pagination(total, page.skip, page.take);
  return answer;
}

// What polls ask: all that was changed since, in this order, which the index has.
bool only_asks_for_changed(const Query& query) {
  return asked(query, "sortUpdatedAt") == "asc" &&
         std::all_of(query.begin(), query.end(), [](const auto& one) {
           return one.first == "sortUpdatedAt" || one.first == "afterUpdatedAt" || one.first == "skip" ||
                  one.first == "take";
         });
}

Answer list_changed(World& world, const Query& query, Page page) {
  const auto& index = world.booking_index();
  Rows rows;
  for (const auto id :
       index.updated_since(instant_text(asked(query, "afterUpdatedAt")), page.skip, page.take))
    rows.push_back(world.bookings.find(id));
  return page_of(world, rows, 0, world.bookings.rows().size(), page);
}

// Those of all bookings that `fits`, and that the query asks for.
template <class Fits>
Answer list(World& world, const Request& request, const Fits& fits) {
  if (auto refusal = bad_status(request.query)) return *std::move(refusal);
  const Fields fields = paging(250);
  const Row given = taken_of_query(fields, request.query);
  if (auto wrong = findings(fields, given, Writing::patch); !wrong.empty()) return invalid(std::move(wrong));
  const Page page{static_cast<std::size_t>(number_of(given, "skip")),
                  given.contains("take") ? static_cast<std::size_t>(number_of(given, "take")) : 100U};
  if constexpr (std::is_same_v<Fits, All>)
    if (only_asks_for_changed(request.query)) return list_changed(world, request.query, page);
  Rows rows;
  for (const auto& [id, row] : world.bookings.rows())
    if (fits(row)) rows.push_back(&row);
  keep_asked(world, request.query, rows);
  const std::size_t total = rows.size();
  keep_within(uncounted, request.query, rows);
  sort(request.query, page.skip + page.take, rows);
  return page_of(world, rows, page.skip, total, page);
}

bool hosted_by(const Row& row, std::int64_t user) {
  if (number_of(row, "userId") == user) return true;
  const auto* others = row.if_contains("_hostIds");
  if (others == nullptr || !others->is_array()) return false;
  const auto& all = others->get_array();
  return std::find(all.begin(), all.end(), json::value(user)) != all.end();
}

bool concerns(World& world, const Row& row, std::int64_t user) {
  const Row* person = world.users.find(user);
  return hosted_by(row, user) ||
         (person != nullptr && attended_by(row, "email", std::string(text_of(*person, "email"))));
}

Answer list_own(World& world, const Request& request, const PathParams& params) {
  const auto caller = params.caller_id();
  if (is_org_admin(world, caller)) return list(world, request, All{});
  return list(world, request, [&](const Row& row) { return concerns(world, row, caller); });
}

Answer list_of_org(World& world, const Request& request, const PathParams&) {
  return list(world, request, All{});
}

Answer list_of_team(World& world, const Request& request, const PathParams& params) {
  return list(world, request,
              [&](const Row& row) { return number_of(row, "_teamId") == params.id("teamId"); });
}

Answer list_of_user(World& world, const Request& request, const PathParams& params) {
  return list(world, request, [&](const Row& row) { return concerns(world, row, params.id("userId")); });
}

}  // namespace

Routes booking_list_routes() {
  return {{"GET", "/v2/bookings", Versions::bookings, Role::user, list_own},
          {"GET", "/v2/organizations/{orgId}/bookings", Versions::any, Role::org_admin, list_of_org},
          {"GET", "/v2/organizations/{orgId}/teams/{teamId}/bookings", Versions::any, Role::team_admin,
           list_of_team},
          {"GET", "/v2/organizations/{orgId}/users/{userId}/bookings", Versions::any, Role::org_admin,
           list_of_user}};
}

}  // namespace calsync::sandbox
