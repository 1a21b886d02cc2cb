// One description of a resource, and where the API serves it; operations.cpp answers from both.
#pragma once
#include "connectors/calcom/sandbox/fields.hpp"
#include "connectors/calcom/sandbox/routes.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace calsync::sandbox {

struct Write {
  World& world;
  const Request& request;
  const PathParams& params;
  Row given{};         // what was taken of the body
  Row* row = nullptr;  // of a PATCH, and of a POST once it is there
};

// A habit of the server that no field describes. An answer ends the request, whatever was written by then.
using Rule = std::optional<Answer> (*)(Write&);

struct Unique {
  std::vector<std::string> columns;
  Answer (*error)();
  bool in_database = false;    // found by the insert: that has used up an id
  bool counts_itself = false;  // a PATCH to what is there already is refused too
};

struct Resource {
  Table World::*table = nullptr;
  Fields fields;
  std::vector<Unique> unique{};
  std::vector<Rule> prepare{};  // before the body is checked
  std::vector<Rule> before_create{}, before_patch{}, after_create{}, after_patch{};
  void (*dress)(World&, const Row&, Row& answer) = nullptr;     // members that come of other rows
  boost::json::value (*written)(World&, const Row&) = nullptr;  // what POST and PATCH show, if not the row
  std::optional<boost::json::value> (*removed)(World&, const Row&) =
      nullptr;  // what DELETE shows; nothing: no `data`
};

struct Scope {
  std::string column;  // rows of a path have here …
  std::string param;   // … what the path has there; "caller": the key's user
};

struct Mount {
  std::string path;
  std::string id;  // of one row: "scheduleId"; "": none
  const Resource* resource = nullptr;
  std::vector<Scope> scopes{};
  std::string_view operations = "list create get patch delete";
  Role reads = Role::org_admin, writes = Role::org_admin;
  Versions versions = Versions::any;
  Fields query{};       // checked; `take` and `skip` page
  std::string order{};  // a column; "": id
  // Of the rows of a path those that the query asks for, in its order.
  void (*select)(World&, const Request&, const PathParams&, std::vector<const Row*>&) = nullptr;
  std::optional<Answer> (*guard)(World&, const Request&, const PathParams&) = nullptr;
  Answer (*unknown)(World&, const Request&, const PathParams&) = nullptr;
  void (*dress_list)(World&, const Request&, const Row&, Row& answer) = nullptr;
  void (*dress_one)(World&, const Row&, Row& answer) = nullptr;
};

// The routes of a mount, as its operations say. A mount lives as long as the program.
Routes routes_of(const Mount& mount);

Fields paging(std::int64_t most);  // `take` 1..most and `skip`

Answer list_rows(World& world, const Request& request, const PathParams& params);  // row_lists.cpp

// Also for handlers of their own.
std::int64_t value_of(const Scope& scope, const PathParams& params);
bool in_scope(const Mount& mount, const PathParams& params, const Row& row);
Row* row_of(World& world, const Mount& mount, const PathParams& params);
Row shown(World& world, const Resource& resource, const Row& row);

}  // namespace calsync::sandbox
