// The description of one member of a resource: what is taken of a body, what is checked, what is stored where nothing was
// given, what a PATCH without it does, and whether answers show it.
#pragma once
#include "connectors/calcom/sandbox/checks.hpp"
#include "connectors/calcom/sandbox/world.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace calsync::sandbox {

struct Field;
using Fields = std::vector<Field>;

enum class Writing : std::uint8_t { create, patch };

struct Field {
  std::string name;
  std::vector<Check> checks{};
  enum class Need : std::uint8_t { never, on_create, always } need = Need::never;
  std::string preset{};         // JSON: what the server's own input has where a new one's body has nothing
  std::string column = "null";  // JSON: what a row has where nothing was given
  bool given = true;            // false: the server's own; a body's is dropped like an unknown one
  bool stored = true;           // false: taken, checked, and used by a rule only
  bool forgotten = false;       // a PATCH without it sets it back to its column
  enum class Shown : std::uint8_t { always, when_set, never } shown = Shown::always;
  std::shared_ptr<const Fields> inside{};  // of an object, or of every element of an array

  Field must() &&;         // required of a new one
  Field must_always() &&;  // and of a PATCH
  Field by_default(std::string json) &&;
  Field else_stored(std::string json) &&;
  Field own(std::string json) &&;  // the server's own, with its column
  Field not_stored() &&;
  Field reset_by_patch() &&;
  Field shown_when_set() &&;
  Field hidden() &&;
  Field with(Fields members) &&;
  Field also(Check check) &&;
};

Field text(std::string name);
Field flag(std::string name);
Field whole(std::string name);  // an integer
Field object(std::string name);
Field list(std::string name);
Field any(std::string name);
Field own(std::string name, std::string json = "null");

// What the server takes of a body: known members only, all the way down, and the presets of a new one.
Row taken(const Fields& fields, const boost::json::value& body, Writing writing);
// The same of a query: numbers where an integer is described.
Row taken_of_query(const Fields& fields, const std::map<std::string, std::string>& query);
// `details.errors` of what is wrong with it.
boost::json::array findings(const Fields& fields, const Row& given, Writing writing);

// Into a row what was given; of a new row also every column that has nothing yet.
void store(const Fields& fields, const Row& given, Writing writing, Row& row);
// What answers show of a row, `id` first.
Row shown(const Fields& fields, const Row& row);

}  // namespace calsync::sandbox
