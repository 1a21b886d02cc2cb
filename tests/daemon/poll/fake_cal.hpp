// A Cal.com of bookings and time off for polls: lists with the filters and sorts that a poll uses, and faults.
#pragma once
#include "connectors/calcom/api.hpp"
#include "state/base/time.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace calsync {

class FakeCal final : public CalcomReads {
 public:
  Result<ApiAnswer> get(std::string_view path, ApiUse /*use*/) override {
    ++calls;
    paths.emplace_back(path);
    if (fault)
      if (auto error = fault(path)) return *error;
    const std::string text(path);
    const auto query = text.substr(std::min(text.find('?'), text.size()));
    const std::string base = text.substr(0, text.find('?'));
    if (base == "/v2/organizations/1/users") return list(users, query);
    if (base == "/v2/organizations/1/ooo") return list(time_off, query);
    if (base == "/v2/organizations/1/bookings") return bookings_list(query);
    const std::string one = "/v2/bookings/";
    if (base.starts_with(one)) return booking(base.substr(one.size()));
    return ApiAnswer{.status = 404};
  }

  boost::json::object& add(const std::string& uid, const std::string& start = "2026-12-01T10:00:00.000Z") {
    auto& row = bookings[uid];
    row = boost::json::parse(
              R"({"id":1,"title":"Review","status":"accepted","duration":60,"location":"integrations:daily",
      "hosts":[{"id":5,"email":"edith@quill.test","timeZone":"Europe/Berlin"}],
      "attendees":[{"name":"Ana","email":"ana@client.test","timeZone":"Europe/Lisbon","language":"en","absent":false}]})")
              .as_object();
    row["uid"] = uid;
    row["id"] = static_cast<std::int64_t>(bookings.size());
    row["start"] = start;
    row["end"] = to_text(*parse_instant(start) + std::chrono::hours{1});
    touch(uid);
    return row;
  }
  // The server's own clock: each change is a second later.
  void touch(const std::string& uid) {
    bookings.at(uid)["updatedAt"] = to_text(now += std::chrono::seconds{1});
  }

  std::map<std::string, boost::json::object> bookings;
  std::vector<boost::json::object> users{
      boost::json::parse(R"({"id":5,"email":"edith@quill.test","name":"Edith"})").as_object()};
  std::vector<boost::json::object> time_off;
  std::function<std::optional<Error>(std::string_view path)> fault;
  std::string not_found = "NotFoundException";  // empty: as a proxy answers
  std::vector<std::string> paths;
  bool empty_page_with_more = false;
  Instant now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()) -
                std::chrono::hours{1};
  std::uint64_t calls = 0;

 private:
  static std::string value(const std::string& query, const std::string& name) {
    auto at = query.find("?" + name + "=");
    if (at == std::string::npos) at = query.find("&" + name + "=");
    if (at == std::string::npos) return {};
    at += name.size() + 2;
    std::string out = query.substr(at, query.find('&', at) - at);
    for (auto colon = out.find("%3A"); colon != std::string::npos; colon = out.find("%3A"))
      out.replace(colon, 3, ":");
    return out;
  }
  static std::size_t number(const std::string& query, const std::string& name, std::size_t otherwise) {
    const auto text = value(query, name);
    return text.empty() ? otherwise : std::stoul(text);
  }
  static ApiAnswer page(const std::vector<boost::json::object>& rows, const std::string& query) {
    const std::size_t skip = std::min(number(query, "skip", 0), rows.size()),
                      take = number(query, "take", 250);
    boost::json::array data;
    for (std::size_t i = skip; i < std::min(rows.size(), skip + take); ++i) data.push_back(rows[i]);
    const bool more = skip + take < rows.size();
    return {.status = 200,
            .body = boost::json::serialize(boost::json::object{
                {"status", "success"},
                {"data", std::move(data)},
                {"pagination", {{"totalItems", rows.size() - skip}, {"hasNextPage", more}}}})};
  }
  static Result<ApiAnswer> list(const std::vector<boost::json::object>& rows, const std::string& query) {
    auto answer = page(rows, query);
    return answer;
  }
  Result<ApiAnswer> bookings_list(const std::string& query) {
    if (empty_page_with_more)
      return ApiAnswer{
          .status = 200,
          .body = R"({"status":"success","data":[],"pagination":{"totalItems":100,"hasNextPage":true}})"};
    const std::string after_updated = value(query, "afterUpdatedAt"),
                      after_start = value(query, "afterStart"), before_end = value(query, "beforeEnd");
    const std::string column = value(query, "sortUpdatedAt").empty() ? "start" : "updatedAt";
    std::vector<boost::json::object> rows;
    for (const auto& [uid, row] : bookings) {
      const std::string updated(row.at("updatedAt").as_string()), start(row.at("start").as_string()),
          end(row.at("end").as_string());
      if (updated >= after_updated && start >= after_start && (before_end.empty() || end <= before_end))
        rows.push_back(row);
    }
    std::ranges::stable_sort(rows, {},
                             [&](const auto& row) { return std::string(row.at(column).as_string()); });
    return page(rows, query);
  }
  Result<ApiAnswer> booking(const std::string& uid) {
    const auto at = bookings.find(uid);
    if (at == bookings.end())
      return ApiAnswer{.status = 404,
                       .body = R"({"status":"error","error":{"code":"NotFoundException"}})",
                       .code = not_found};
    return ApiAnswer{
        .status = 200,
        .body = boost::json::serialize(boost::json::object{{"status", "success"}, {"data", at->second}})};
  }
};

}  // namespace calsync
