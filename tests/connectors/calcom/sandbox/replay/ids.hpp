// What the recorded server called something, and what ours calls it: learnt from pairs of answers, used on requests.
#pragma once
#include <boost/json.hpp>

#include <map>
#include <string>
#include <string_view>

namespace calsync::replay {

class Ids {
 public:
  // Numbers are known by kind ("teams", "users", …); uids, UUIDs and instants by themselves.
  void learn_number(std::string_view kind, std::int64_t recorded, std::int64_t ours);
  void learn_text(std::string_view recorded, std::string_view ours);
  // The members of one object of both answers that name it or stamp it.
  void learn(std::string_view kind, const boost::json::object& recorded, const boost::json::object& ours);

  [[nodiscard]] std::string target(std::string_view recorded) const;
  [[nodiscard]] boost::json::value body(const boost::json::value& recorded) const;
  [[nodiscard]] std::string text(std::string_view recorded) const;

 private:
  [[nodiscard]] std::int64_t number(std::string_view kind, std::int64_t recorded) const;
  [[nodiscard]] boost::json::value member(std::string_view name, const boost::json::value& recorded) const;
  std::map<std::pair<std::string, std::int64_t>, std::int64_t> numbers_;
  std::map<std::string, std::string, std::less<>> texts_;
};

// "/v2/organizations/1/teams/2/memberships?take=1" is of "memberships"; "" for a path that ends in none.
std::string kind_of(std::string_view target);

}  // namespace calsync::replay
