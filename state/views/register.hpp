// The ownership register (DESIGN §12.8): what we created, imported or applied, as records of source `apply` tell it. Pure.
// Bodies, JSON:
//   {"record":"resource.applied","address":TEXT,"id":TEXT,"fields":{…},"commit":TEXT|null,"notTaken":[{"pointer":TEXT,"wanted":JSON}…]}
//   {"record":"resource.removed","address":TEXT}
// Row `own/<address>` of the views: the body of the last one that was applied.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace calsync {

inline constexpr std::string_view register_prefix = "own/";

struct RegisterChange {
  std::string address;
  bool removed = false;
};
// nullopt: the record is about something else.
std::optional<RegisterChange> register_change(std::string_view body);

}  // namespace calsync
